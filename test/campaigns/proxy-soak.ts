import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { codeOf } from '../../src/pipeline/error-code.ts';
import { ProxyProcess } from '../support/proxy/proxy-process.ts';
import { startCountingSink } from '../support/upstreams/counting-sink.ts';

export interface SoakReport {
  readonly seconds: number;
  readonly requests: number;
  readonly megabytes: number;
  /** Placeholders of bodies that were answered with 200 and did not arrive; negative: of others, that were cut off. */
  readonly missing: number;
  readonly leaking: number;
  /** Requests that were not taken, by the answer's status or the connection's code: a shipper sends these again. */
  readonly again: Readonly<Record<string, number>>;
  /** Resident memory of the proxy: once a second, in MB. */
  readonly rssMb: readonly number[];
}

const CONNECTIONS = 200;
const VALUES = 1000;
/** Bytes of a body, in turn: most are small, some stream through. */
const SIZES = [1_000, 1_000, 10_000, 1_000, 100_000, 1_000, 10_000, 400_000];
const LEAK_EVERY = 10;

interface Body {
  readonly bytes: Buffer;
  readonly planted: number;
}

/** 200 connections that send without a pause; the proxy's memory is looked at once a second. */
export async function soak(seconds: number): Promise<SoakReport> {
  const values = Array.from({ length: VALUES }, () => randomBytes(18).toString('hex'));
  const bodies = SIZES.map((size) => bodyOf(size, values));
  const sink = await startCountingSink(values.slice(0, 8));
  const secrets = Object.fromEntries(values.map((value, at) => [`s${at}`, value]));
  const proxy = new ProxyProcess([{ kind: 'splunk-hec', transport: 'http', upstream: sink.port }], secrets);
  try {
    const [port] = await proxy.start();
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: 1 });
    const until = performance.now() + seconds * 1000;
    const again: Record<string, number> = {};
    let [requests, bytes, planted, turn] = [0, 0, 0, 0];
    const lane = async (): Promise<void> => {
      while (performance.now() < until) {
        const body = bodies[turn++ % bodies.length]!;
        const why = await send(pool, body);
        if (why === null) planted += body.planted;
        else again[why] = (again[why] ?? 0) + 1;
        requests++;
        bytes += body.bytes.length;
      }
    };
    const lanes = Promise.all(Array.from({ length: CONNECTIONS }, lane));
    const rssMb = await memory(proxy.pid, until);
    await lanes;
    await pool.close();
    const megabytes = Math.round(bytes / 1e6);
    const missing = planted - sink.placeholders;
    return { seconds, requests, megabytes, missing, leaking: sink.leaking, again, rssMb };
  } finally {
    await proxy.close();
    await sink.close();
  }
}

function bodyOf(size: number, values: readonly string[]): Body {
  let text = '';
  let planted = 0;
  for (let at = 0; text.length < size; at++) {
    const leaks = at % LEAK_EVERY === 0;
    if (leaks) planted++;
    const value = leaks ? values[planted % values.length]! : 'nothing to see';
    text += JSON.stringify({
      event: `GET /orders/${at}?page=2 took ${at % 900} ms, "${value}"`,
      source: 'app',
    });
  }
  return { bytes: Buffer.from(text), planted };
}

/** Null when it was taken. */
async function send(pool: Pool, { bytes }: Body): Promise<string | null> {
  try {
    const asked = { path: '/services/collector', method: 'POST', body: bytes } as const;
    const { statusCode, body } = await pool.request(asked);
    await body.dump();
    return statusCode === 200 ? null : String(statusCode);
  } catch (error) {
    return codeOf(error);
  }
}

async function memory(pid: number, until: number): Promise<number[]> {
  const seen: number[] = [];
  while (performance.now() < until) {
    await pause(1000);
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
    seen.push(Math.round((Number(kilobytes) * 1024) / 1e6));
  }
  return seen;
}
