import { expect, test } from 'vitest';
import { benchMaterial, compileEngine } from '../../bench/engine.ts';
import { type ProxyBody, proxyBodies } from '../../bench/proxy-bodies.ts';
import type { Matcher } from '../../src/engine/matcher.ts';
import { Output } from '../../src/engine/output.ts';
import { jsonBody } from '../../src/proxy/json-body.ts';

const ENGINE = { secrets: 1000, detectors: 'all', own: false } as const;
const CHUNK = 30_011;

function redacted({ bytes }: ProxyBody, matcher: Matcher, bulk: boolean): { text: string; records: number } {
  const redactor = jsonBody(1024 * 1024, { bulk })(matcher);
  const out = new Output();
  for (let at = 0; at < bytes.length; at += CHUNK) redactor.push(bytes.subarray(at, at + CHUNK), out);
  redactor.end(out);
  return { text: Buffer.from(out.take()).toString(), records: redactor.records };
}

test.each(['splunk-hec', 'elasticsearch'] as const)(
  'as many placeholders come out of a %s body as leaks stand in it, and no leak',
  async (protocol) => {
    const matcher = await compileEngine(ENGINE, 'wasm', null);
    for (const size of [1_000, 100_000]) {
      const { bodies, leaks } = proxyBodies(protocol, size, await benchMaterial(1000));
      expect(bodies.length).toBeGreaterThan(1);
      expect(bodies.reduce((sum, { planted }) => sum + planted, 0)).toBeGreaterThan(10);
      for (const body of bodies) {
        expect(body.bytes.length).toBeLessThanOrEqual(size);
        const { text, records } = redacted(body, matcher, protocol === 'elasticsearch');
        expect(text.match(/\[REDACTED:/g)?.length ?? 0).toBe(body.planted);
        expect(leaks.filter((leak) => text.includes(leak))).toEqual([]);
        expect(records).toBe(protocol === 'elasticsearch' ? 2 * body.records : body.records);
      }
    }
  },
);
