import { expect, test } from 'vitest';
import { Output } from '../../src/engine/output.ts';
import { JsonDocumentRedactor, type OriginPath } from '../../src/formats/json-document.ts';
import { everyCut } from '../support/generate-cuts.ts';
import { MAX_RECORD_BYTES, matcherOf, named } from '../support/redact-stream.ts';

const value = 'correct-horse-battery';
const matcher = matcherOf(named([Buffer.from(value)]), { wasm: true });
const ORIGIN: readonly OriginPath[] = [
  { path: 'host', as: 'host' },
  { path: 'event.kubernetes.pod_name', as: 'kubernetes.pod_name' },
  { path: 'fields.pod', as: 'kubernetes.pod_name' },
];

/** The output, and for each finding the origin told with it; drained after every push, as the proxy does. */
function redact(chunks: readonly Uint8Array[], origin = ORIGIN) {
  const redactor = new JsonDocumentRedactor(matcher, { maxRecordBytes: MAX_RECORD_BYTES, origin });
  const out = new Output();
  const told: unknown[] = [];
  const drain = (): void => {
    for (let i = 0; i < redactor.findings.length; i++) told.push(redactor.origins.at(i));
    redactor.findings.clear();
    redactor.origins.clear();
  };
  const left: Buffer[] = [];
  for (const chunk of chunks) {
    redactor.push(chunk, out);
    left.push(Buffer.from(out.take()));
    drain();
  }
  redactor.end(out);
  left.push(Buffer.from(out.take()));
  drain();
  expect(redactor.held).toBe(0);
  return { text: Buffer.concat(left).toString(), told, records: redactor.records };
}

function always(text: string, origin = ORIGIN) {
  const bytes = Buffer.from(text);
  const whole = redact([bytes], origin);
  for (const chunks of everyCut(bytes)) expect(redact(chunks, origin)).toEqual(whole);
  return whole;
}

test('a finding is told where its record comes from, wherever in it that stands, and however the body is cut', () => {
  const told = always(
    `{"event":{"m":"${value}","kubernetes":{"pod_name":"a-1"}},"host":"h\\u0031"}{"host":"h2","event":"${value}"}{"event":"${value}"}`,
  );
  expect(told).toEqual({
    text: '{"event":{"m":"[REDACTED:s0]","kubernetes":{"pod_name":"a-1"}},"host":"h\\u0031"}{"host":"h2","event":"[REDACTED:s0]"}{"event":"[REDACTED:s0]"}',
    told: [{ host: 'h1', 'kubernetes.pod_name': 'a-1' }, { host: 'h2' }, null],
    records: 3,
  });
});

test('keys with dots in them, escaped keys and arrays stand at the same path', () => {
  for (const where of [
    '"event.kubernetes.pod_name":"p"',
    '"event":{"kubernetes.pod_name":"p"}',
    '"event.kubernetes":[[{"pod\\u005fname":"p"}]]',
    '"event":[1,{"kubernetes":{"x":{"pod_name":"no"},"pod_name":["p","q"]}}]',
    '"fields":{"pod":"p"}',
  ])
    expect(always(`{${where},"m":"${value}"}`).told).toEqual([{ 'kubernetes.pod_name': 'p' }]);
  expect(always(`{"kubernetes":{"pod_name":"p"},"a":{"host":"h"},"m":"${value}"}`).told).toEqual([null]);
});

test('what was redacted, is long, empty, unprintable or no string tells nothing', () => {
  for (const host of [
    `"${value}"`,
    `"${'x'.repeat(257)}"`,
    '""',
    '"a\\nb"',
    '"\\u202e"',
    '1',
    '{"host":"h"}',
    '"\\q"',
  ])
    expect(redact([Buffer.from(`{"host":${host},"m":"${value}"}`)]).told.at(-1)).toBeNull();
  expect(redact([Buffer.from(`{"host":"${'é'.repeat(128)}","m":"${value}"}`)]).told[0]).not.toBeNull();
});

test('names of our own objects are names like others', () => {
  const origin = [
    { path: '__proto__', as: '__proto__' },
    { path: 'constructor', as: 'constructor' },
  ];
  const [told] = always(`{"__proto__":"a","constructor":"b","m":"${value}"}`, origin).told as [
    Record<string, string>,
  ];
  expect(Object.entries(told)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

test('a record that is cut off tells what it said by then, and broken lines are records of their own', () => {
  expect(always(`{"host":"h","m":"${value}",`).told).toEqual([{ host: 'h' }]);
  expect(always(`{"host":"h","m":"${value}",}\n{"host":"i","m":"${value}"}`).told).toEqual([
    { host: 'h' },
    { host: 'i' },
  ]);
});

test('findings that no record ends for long are told in time, with the origin known by then', () => {
  const redactor = new JsonDocumentRedactor(matcher, { maxRecordBytes: MAX_RECORD_BYTES, origin: ORIGIN });
  const out = new Output();
  redactor.push(Buffer.from('{"host":"h","m":['), out);
  const chunk = Buffer.from(`"${value}",`.repeat(10_000));
  for (let at = 0; at < 7; at++) redactor.push(chunk, out);
  expect(redactor.findings.length).toBeGreaterThan(60_000);
  expect(redactor.origins.at(60_000)).toEqual({ host: 'h' });
});
