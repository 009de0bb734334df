import { expect } from 'vitest';
import { type Minted, mintRecords, readings } from '../clients/records.ts';
import { leaks, type Sought, seek } from '../oracle.ts';
import type { HttpUpstream } from '../upstreams/http-upstream.ts';
import type { Received, Trouble } from '../upstreams/recorder.ts';
import { HTTP_PROTOCOLS, type HttpCase, type HttpProtocol, START, TOKEN } from './cases.ts';
import { type Closing, type Program, startProgram } from './program.ts';

/** One proxy with a route for each HTTP protocol, a strict server behind each. */
export interface Bench {
  readonly program: Program;
  readonly minted: Minted;
  /** The values, for `leaks`. */
  readonly sought: readonly Sought[];
  port(of: { readonly protocol: HttpProtocol }): number;
  upstream(of: { readonly protocol: HttpProtocol }): HttpUpstream;
  /** The servers meet this trouble in every exchange, until it is null again. */
  meet(trouble: Trouble | null): void;
  /** Exchanges that met it so far. */
  met(): number;
}

export async function startBench(closing: Closing, flags: readonly string[] = []): Promise<Bench> {
  let trouble: Trouble | null = null;
  let met = 0;
  const next = (): Trouble | null => {
    met += trouble === null ? 0 : 1;
    return trouble;
  };
  const minted = mintRecords(3);
  const upstreams = await Promise.all(HTTP_PROTOCOLS.map((name) => START[name](next)));
  for (const upstream of upstreams) closing.push(() => upstream.close());
  const routes = HTTP_PROTOCOLS.map(
    (name, at) => `${name} 127.0.0.1:0 http://127.0.0.1:${upstreams[at]!.port}`,
  );
  const program = await startProgram({ routes, secrets: minted.secrets, flags }, closing);
  return {
    program,
    minted,
    sought: Object.values(minted.secrets).map((value) => seek(Buffer.from(value))),
    port: ({ protocol }) => program.ports[HTTP_PROTOCOLS.indexOf(protocol)]!,
    upstream: ({ protocol }) => upstreams[HTTP_PROTOCOLS.indexOf(protocol)]!,
    meet(now) {
      trouble = now;
    },
    met: () => met,
  };
}

/** What came to an upstream since `watch` was called. */
export interface Came {
  readonly received: readonly Received[];
  readonly faults: readonly string[];
  readonly wire: Buffer;
}

/** Begins to look at what comes to the case's upstream. */
export function watch(bench: Bench, one: HttpCase): () => Came {
  const upstream = bench.upstream(one);
  const [records, faults, bytes] = [upstream.received.length, upstream.faults.length, upstream.wire().length];
  return () => ({
    received: upstream.received.slice(records),
    faults: upstream.faults.slice(faults),
    wire: upstream.wire().subarray(bytes),
  });
}

/** Each record came `times` times, nothing malformed, no secret in it, and what is no secret is all there. */
export function expectRedacted({ minted, sought }: Bench, came: Came, times = 1): void {
  expect(came.faults).toEqual([]);
  const ids = minted.records.map(({ id }) => id);
  expect(came.received.map(({ id }) => id)).toEqual(Array.from({ length: times }, () => ids).flat());
  const read = came.received.map(({ id, fields }) => ({ id: id ?? '', texts: readings(fields) }));
  const lost = read.filter(
    ({ id, texts }) => !minted.calm.get(id)!.every((calm) => texts.some((text) => text.includes(calm))),
  );
  expect(lost.map(({ id }) => id)).toEqual([]);
  expectNothingRaw({ sought }, came.wire);
  expectNothingRaw({ sought }, Buffer.from(read.flatMap(({ texts }) => texts).join('\n')));
}

export function expectNothingRaw({ sought }: Pick<Bench, 'sought'>, bytes: Buffer): void {
  expect(leaks(bytes, sought)).toEqual([]);
}

/** Neither content nor credentials stand in the log, and nothing broke inside. */
export function expectSilentLog(bench: Pick<Bench, 'sought' | 'program'>): void {
  const { said } = bench.program;
  expectNothingRaw(bench, Buffer.from(said));
  expect(said.includes(TOKEN)).toBe(false);
  expect(said).not.toMatch(/E_INTERNAL|record-\d|\\n\s+at /);
}
