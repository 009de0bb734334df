import * as zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cutInto, randomCut } from '../support/generate-cuts.ts';
import { Chance } from '../support/generate-random.ts';
import { type Bench, expectRedacted, expectSilentLog, startBench, watch } from '../support/proxy/bench.ts';
import { HTTP_CASES, type HttpCase } from '../support/proxy/cases.ts';
import { type Closing, closeAll } from '../support/proxy/program.ts';
import { ask, chunkBytes, headBytes, RawClient } from '../support/proxy/wire.ts';

const closing: Closing = [];
let bench: Bench;
beforeAll(async () => {
  bench = await startBench(closing);
});
afterAll(() => closeAll(closing));

type Encode = (bytes: Buffer) => Buffer;
const { zstdCompressSync } = zlib as { zstdCompressSync?: Encode };
/** Content-Encoding -> how; zstd came with Node 22.15. */
const ENCODINGS: readonly (readonly [string, Encode])[] = [
  ['identity', (bytes) => bytes],
  ['gzip', (bytes) => zlib.gzipSync(bytes)],
  ['gzip', inTwoMembers],
  ['x-gzip', (bytes) => zlib.gzipSync(bytes)],
  ['deflate', (bytes) => zlib.deflateSync(bytes)],
  ...(zstdCompressSync === undefined ? [] : [['zstd', zstdCompressSync] as const]),
];

/** RFC 1952: a file may be several members one behind the other. */
function inTwoMembers(bytes: Buffer): Buffer {
  const half = bytes.length >> 1;
  return Buffer.concat([zlib.gzipSync(bytes.subarray(0, half)), zlib.gzipSync(bytes.subarray(half))]);
}

describe.each(HTTP_CASES)('$name', (one) => {
  test.each([...ENCODINGS.entries()].map(([at, [word]]) => [word, at] as const))(
    'goes on without a secret in %s (%i), chunked and with its length, however it is cut',
    async (word, at) => {
      const encode = ENCODINGS[at]![1];
      const body = encode(one.body(bench.minted.records));
      const chance = new Chance(at);
      const headers = { ...one.headers, 'content-encoding': word };
      const length = { 'content-length': String(body.length) };
      const came = watch(bench, one);
      const ways = [
        [[body], length],
        [randomCut(body, chance), length],
        [randomCut(body, chance), {}],
      ] as const;
      for (const [chunks, more] of ways) {
        const asked = { path: one.path, headers: { ...headers, ...more } };
        expect((await ask(bench.port(one), asked, chunks)).status).toBe(one.success);
      }
      expectRedacted(bench, came(), ways.length);
    },
  );

  test('goes on without a secret when each byte is an HTTP chunk of its own', async () => {
    const records = bench.minted.records.slice(0, 1);
    for (const [word, encode] of ENCODINGS.slice(0, 2)) {
      const came = watch(bench, one);
      const headers = { ...one.headers, 'content-encoding': word, 'transfer-encoding': 'chunked' };
      const raw = RawClient.open(bench.port(one)).write(headBytes({ path: one.path, headers }));
      raw.socket.setNoDelay(true);
      for (const byte of cutInto(encode(one.body(records)), 1)) raw.write(chunkBytes(byte));
      raw.write('0\r\n\r\n');
      expect(await raw.status()).toBe(one.success);
      await raw.close();
      expectRedacted({ ...bench, minted: { ...bench.minted, records } }, came());
    }
  });

  test('in an encoding that cannot be undone is 415, and nothing of it goes on', async () => {
    const words = ['br', 'gzip, gzip', 'compress', ...(zstdCompressSync === undefined ? ['zstd'] : [])];
    await expectRefused(one, words, one.body(bench.minted.records));
  });
});

async function expectRefused(one: HttpCase, words: readonly string[], body: Buffer): Promise<void> {
  const seen = bench.upstream(one).seen.length;
  for (const word of words) {
    const asked = { path: one.path, headers: { ...one.headers, 'content-encoding': word } };
    expect([word, (await ask(bench.port(one), asked, [body])).status]).toEqual([word, 415]);
  }
  expect(bench.upstream(one).seen).toHaveLength(seen);
}

test('Loki takes its snappy block with and without the Content-Encoding that names it', async () => {
  const one = HTTP_CASES.find(({ form }) => form === 'snappy')!;
  const came = watch(bench, one);
  const asked = { path: one.path, headers: { ...one.headers, 'content-encoding': 'snappy' } };
  expect((await ask(bench.port(one), asked, [one.body(bench.minted.records)])).status).toBe(204);
  expectRedacted(bench, came());
});

test('nothing of all this stands in the log', () => expectSilentLog(bench));
