// A scan in a process of its own: `node scan-process.js SPEC FILE`, one line of JSON to stdout.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { limitInlining } from '../src/cli/limit-inlining.ts';
import type { FormatName } from '../src/formats/format.ts';
import { compileEngine, type EngineSettings, Scan } from './engine.ts';

/** What the parent asks for. */
export interface ScanOrder {
  readonly engine: EngineSettings;
  readonly format: FormatName;
  readonly ownFile: string | null;
  /** Each line is a push. */
  readonly byLine: boolean;
}

/** What it is told. */
export interface ScanReport {
  readonly bytes: number;
  readonly findings: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** CPU seconds of the first and of the second half of the bytes. */
  readonly halves: readonly [number, number];
  readonly needles: number;
}

const LF = 10;
/** Bytes a push, and pushes between two looks at the clock. */
const CHUNK = 256 * 1024;
const PUSHES = 16;
/** What the just-in-time compiler sees before the clock runs, half the file at most; scanned again after. */
const WARM_UP = 8 * 1024 * 1024;

const order = JSON.parse(process.argv[2]!) as ScanOrder;
const path = process.argv[3]!;
// As every run of the command line does.
limitInlining();
const matcher = await compileEngine(order.engine, 'wasm', order.ownFile);
timed(Math.min(WARM_UP, statSync(path).size / 2));
const report: ScanReport = { ...timed(Number.POSITIVE_INFINITY), needles: matcher.needleCount };
process.stdout.write(`${JSON.stringify(report)}\n`);

/** Reads and pushes the file up to `limit`; only the pushes are on the clock. */
function timed(limit: number): Omit<ScanReport, 'needles'> {
  const scan = new Scan(matcher, order.format);
  const read = Buffer.alloc(PUSHES * CHUNK);
  const file = openSync(path, 'r');
  const half = statSync(path).size / 2;
  const halves: [number, number] = [0, 0];
  let [bytes, wallMs] = [0, 0];
  const clocked = (step: () => void): void => {
    const cpu = process.cpuUsage();
    const wall = performance.now();
    step();
    wallMs += performance.now() - wall;
    const { user, system } = process.cpuUsage(cpu);
    halves[bytes < half ? 0 : 1] += (user + system) / 1e6;
  };
  for (let size = 1; bytes < limit; bytes += size) {
    size = readSync(file, read, 0, read.length, null);
    if (size === 0) break;
    const chunks = chunksOf(read.subarray(0, size));
    clocked(() => {
      for (const chunk of chunks) scan.push(chunk);
    });
  }
  clocked(() => scan.end());
  closeSync(file);
  return {
    bytes,
    findings: scan.findings,
    seconds: wallMs / 1000,
    cpuSeconds: halves[0] + halves[1],
    halves,
  };
}

function chunksOf(bytes: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = order.byLine ? bytes.indexOf(LF, at) + 1 || bytes.length : at + CHUNK;
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}
