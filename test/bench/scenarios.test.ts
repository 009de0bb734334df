import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  benchMaterial,
  compileEngine,
  type EngineSettings,
  type KernelName,
  Scan,
} from '../../bench/engine.ts';
import { ownDetectorFile } from '../../bench/own-patterns.ts';
import type { Material } from '../../bench/planted.ts';
import { expectedFindings, type Run } from '../../bench/scenario.ts';
import { SCENARIOS } from '../../bench/scenarios.ts';
import type { Matcher } from '../../src/engine/matcher.ts';

/** Some leaks in logs that leak once in 1,000 lines; a second of the plain kernel in all. */
const SIZE = 1024 * 1024;
/** No multiple of a block, so that leaks are cut. */
const CHUNK = 30_011;

const scratch = mkdtempSync(join(tmpdir(), 'unleak-bench-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const ownFile = join(scratch, 'own.yaml');
writeFileSync(ownFile, ownDetectorFile());

type Engined = Extract<Run, { kind: 'scan' | 'filter' | 'memory' }>;
const runs = new Map<string, Engined>();
for (const { run, against } of SCENARIOS.flatMap(({ figures }) => figures)) {
  for (const one of against === null ? [run] : [run, against.run]) {
    if (!('engine' in one)) continue;
    const { secrets, detectors, own } = one.engine;
    const name = `${one.haystack.name} as ${one.format}, ${secrets} secrets, detectors ${detectors}${own ? ' and own' : ''}`;
    runs.set(name, one);
  }
}

const matchers = new Map<string, Promise<Matcher>>();
function matcherOf(engine: EngineSettings, kernel: KernelName): Promise<Matcher> {
  const key = JSON.stringify([engine, kernel]);
  const made = matchers.get(key) ?? compileEngine(engine, kernel, engine.own ? ownFile : null);
  matchers.set(key, made);
  return made;
}

const materials = new Map<number, Promise<Material>>();
function materialOf(values: number): Promise<Material> {
  const made = materials.get(values) ?? benchMaterial(values);
  materials.set(values, made);
  return made;
}

describe.each<KernelName>(['reference', 'wasm'])('with the %s kernel', (kernel) => {
  test.each([...runs])('finds in %s what was planted', async (_, { engine, haystack, format }) => {
    const made = haystack.make(SIZE, await materialOf(haystack.values));
    const scan = new Scan(await matcherOf(engine, kernel), format);
    for (let at = 0; at < made.bytes.length; at += CHUNK) scan.push(made.bytes.subarray(at, at + CHUNK));
    scan.end();
    expect(scan.findings).toBe(expectedFindings(made, engine));
  });
});

test('every haystack is drawn from a seed: the same bytes each time', async () => {
  const material = await materialOf(10);
  for (const { haystack } of runs.values()) {
    const [one, other] = [haystack.make(20_000, material), haystack.make(20_000, material)];
    expect(Buffer.compare(one.bytes, other.bytes)).toBe(0);
  }
});
