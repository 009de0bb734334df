import { expect, test } from 'vitest';
import { Output } from '../../src/engine/output.ts';
import {
  type JsonDocumentOptions,
  JsonDocumentRedactor,
  type OriginPath,
} from '../../src/formats/json-document.ts';
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
function redact(
  chunks: readonly Uint8Array[],
  origin = ORIGIN,
  more: Omit<JsonDocumentOptions, 'maxRecordBytes' | 'origin'> = {},
) {
  const redactor = new JsonDocumentRedactor(matcher, { ...more, maxRecordBytes: MAX_RECORD_BYTES, origin });
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

function always(text: string, origin = ORIGIN, more: Parameters<typeof redact>[2] = {}) {
  const bytes = Buffer.from(text);
  const whole = redact([bytes], origin, more);
  for (const chunks of everyCut(bytes)) expect(redact(chunks, origin, more)).toEqual(whole);
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

test('parts of a value are records of their own, and a value after them has nothing of theirs', () => {
  const origin = [{ path: 'streams.stream.pod', as: 'pod' }];
  const stream = (pod: string): string => `{"values":[["1","${value}",{"x":{}}]],"stream":{"pod":"${pod}"}}`;
  const { told, records } = always(
    `{"streams":[${stream('a')},{"values":["${value}"]},${stream('b')}],"tail":"${value}"}`,
    origin,
    { parts: ['streams'] },
  );
  expect(told).toEqual([{ pod: 'a' }, null, { pod: 'b' }, null]);
  expect(records).toBe(1);
});

test('a pair tells under its key, whichever comes first, and half a pair or a redacted one nothing', () => {
  const pairs = { path: 'r.a', key: 'key', value: 'value.s', names: new Set(['pod', 'ns']) };
  const pair = (key: string, text: string): string => `{"value":{"s":"${text}"},"key":"${key}"}`;
  const body = (...attributes: string[]): string => `{"m":"${value}","r":{"a":[${attributes.join()}]}}`;
  for (const [attributes, told] of [
    [[pair('pod', 'p'), '{"key":"ns","value":{"s":"n"}}', pair('other', 'o')], { pod: 'p', ns: 'n' }],
    [['{"key":"pod"}', '{"value":{"s":"p"}}', '{"key":"ns","value":{"i":1}}'], null],
    [['{"key":"pod","value":{"s":{"s":"p"}}}', pair('ns', value)], null],
    [[pair('pod', 'first'), pair('pod', 'second')], { pod: 'first' }],
  ] as const)
    expect(always(body(...attributes), [], { pairs }).told[0]).toEqual(told);
});

test('what an action names is told with the source behind it, and only there', () => {
  const origin: OriginPath[] = [
    { path: 'index._index', as: '_index', inAction: true },
    { path: 'pod', as: 'pod' },
  ];
  const { told } = always(
    `{"index":{"_index":"a"}}\n{"m":"${value}","pod":"p"}\n{"delete":{}}\n{"index":{}}\n` +
      `{"index":{"_index":"no"},"m":"${value}"}\n`,
    origin,
    { bulk: true, said: [['_index', 'asked']] },
  );
  expect(told).toEqual([{ _index: 'a', pod: 'p' }, { _index: 'asked' }]);
});

test('what the request says is told unless it is a secret, and a new secret is one from then on', () => {
  const said = [
    ['host', 'h'],
    ['index', value],
    ['source', `x${value}`],
    ['sourcetype', 'a\nb'],
  ] as const;
  expect(always(`"${value}"`, [], { said }).told).toEqual([{ host: 'h' }]);
  const redactor = new JsonDocumentRedactor(matcher, {
    maxRecordBytes: MAX_RECORD_BYTES,
    said: [['host', 'wrong-horse-battery-9']],
  });
  const out = new Output();
  redactor.push(Buffer.from(`"${value}"\n`), out);
  redactor.swap(matcherOf(named([Buffer.from(value), Buffer.from('wrong-horse-battery-9')]), { wasm: true }));
  redactor.push(Buffer.from(`"${value}"\n`), out);
  expect([redactor.origins.at(0), redactor.origins.at(1)]).toEqual([{ host: 'wrong-horse-battery-9' }, null]);
});
