import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decode, decodeMulti, ExtData, encode } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { Output } from '../../src/engine/output.ts';
import { BodyError } from '../../src/formats/body.ts';
import { ForwardStream } from '../../src/formats/forward.ts';
import { gzipPacker } from '../../src/proxy/encodings.ts';
import { matcherOf } from '../support/redact-stream.ts';

const MASK = '[REDACTED:db]';
/** Shorter than what takes its place: lengths grow, and stay in the shortest form. */
const VALUE = randomBytes(5).toString('hex');
const OTHER = randomBytes(12).toString('hex');
const matcher = matcherOf([{ name: 'db', value: Buffer.from(VALUE) }]);
const MAX_BODY = 1 << 20;

const packed = (value: unknown): Buffer => Buffer.from(encode(value));
const unpack = (bytes: Uint8Array): unknown => decode(Uint8Array.from(bytes));
const stream = (max = MAX_BODY): ForwardStream =>
  new ForwardStream(matcher, { maxRecordBytes: 1 << 20, maxBodyBytes: max, gzip: gzipPacker(max) });

function redact(bytes: Uint8Array, cuts: readonly number[] = [], into = stream()): Buffer {
  const out = new Output();
  let done = 0;
  for (const to of [...cuts, bytes.length]) {
    // A copy, overwritten: what is kept of a chunk would be found out.
    const copy = Buffer.from(bytes.subarray(done, to));
    into.push(copy, out);
    copy.fill(0x7e);
    done = to;
  }
  into.end(out);
  return Buffer.from(out.take());
}

/** EventTime, the specification's: extension 0 of seconds and nanoseconds. */
const TIME = new ExtData(0, Uint8Array.from([0x65, 0x53, 0xf1, 0x00, 0, 0, 0, 7]));
const record = (text: string, n: number): object => ({
  log: `line ${n} ${text}`,
  [`k ${text}`]: { deep: [text, n] },
});
const entry = (text: string, n: number): unknown[] => [
  n % 2 === 0 ? TIME : 1_700_000_000 + n,
  record(text, n),
];
const entries = (text: string): unknown[][] => [0, 1, 2].map((n) => entry(text, n));
const stuck = (text: string): Buffer => Buffer.concat(entries(text).map(packed));
const gzipped = (text: string): Buffer => gzipSync(stuck(text));

interface Mode {
  readonly name: string;
  readonly message: (text: string) => unknown[];
}

const MODES: readonly Mode[] = [
  { name: 'Message', message: (text) => [`app.${text}`, TIME, record(text, 1)] },
  {
    name: 'Message with an option',
    message: (text) => ['app', 17, record(text, 1), { chunk: 'abc=', meta: [text] }],
  },
  { name: 'Forward', message: (text) => [`app.${text}`, entries(text), { size: 3 }] },
  { name: 'Forward without an option', message: (text) => ['app', entries(text)] },
  { name: 'PackedForward', message: (text) => ['app', stuck(text), { size: 3, chunk: 'abc=' }] },
  {
    name: 'PackedForward with metadata of Fluent Bit',
    message: (text) => [
      'app',
      Buffer.concat([0, 1].map((n) => packed([[TIME, { otlp: text }], record(text, n)]))),
      {},
    ],
  },
];

describe.each(MODES)('$name', ({ message }) => {
  test('a value is taken out of all of it, times stay, and lengths are true again, however it is cut', () => {
    const sent = Buffer.concat([packed(message(VALUE)), packed(message('harmless')), packed(message(VALUE))]);
    const wanted = Buffer.concat([packed(message(MASK)), packed(message('harmless')), packed(message(MASK))]);
    expect(redact(sent).equals(wanted)).toBe(true);
    for (let at = 1; at < sent.length; at++) expect(redact(sent, [at]).equals(wanted)).toBe(true);
    expect(
      redact(
        sent,
        Array.from(sent, (_, at) => at),
      ).equals(wanted),
    ).toBe(true);
  });
});

test('packed entries that come as a text, as old clients write them, stay one', () => {
  // Texts only, since @msgpack/msgpack writes no str that is no UTF-8.
  const old = (text: string): Buffer => {
    const inner = packed([1, { log: text }]);
    return Buffer.concat([
      Buffer.from([0x92, 0xa3]),
      Buffer.from('app'),
      Buffer.from([0xd9, inner.length]),
      inner,
    ]);
  };
  expect(redact(old(VALUE)).equals(old(MASK))).toBe(true);
});

describe('CompressedPackedForward', () => {
  const message = (bytes: Uint8Array, option: object): Buffer =>
    packed(['app', bytes, { compressed: 'gzip', chunk: 'abc=', ...option }]);
  const unzipped = (got: Buffer): [Buffer, Record<string, unknown>] => {
    const [, bytes, option] = unpack(got) as [string, Uint8Array, Record<string, unknown>];
    return [gunzipSync(bytes), option];
  };

  test('is unpacked, redacted and packed again, with its option', () => {
    const [plain, option] = unzipped(redact(message(gzipped(VALUE), { size: 3 })));
    expect(plain.equals(stuck(MASK))).toBe(true);
    expect(option).toEqual({ compressed: 'gzip', chunk: 'abc=', size: 3 });
  });

  test('may have several members, and what stands behind the last does not go on', () => {
    const two = Buffer.concat([gzipped(VALUE), gzipped('harmless')]);
    expect(
      unzipped(redact(message(two, {})))[0].equals(Buffer.concat([stuck(MASK), stuck('harmless')])),
    ).toBe(true);
    const behind = Buffer.concat([gzipped('harmless'), Buffer.from(`\0\0${VALUE}`)]);
    expect(redact(message(behind, {})).includes(VALUE)).toBe(false);
  });

  test('a name or comment in its head does not go on', () => {
    const head = Buffer.from(gzipped('harmless'));
    head[3] = 8;
    const named = Buffer.concat([head.subarray(0, 10), Buffer.from(`${VALUE}\0`), head.subarray(10)]);
    expect(gunzipSync(named).equals(stuck('harmless'))).toBe(true);
    expect(redact(message(named, {})).includes(VALUE)).toBe(false);
  });

  test('is refused when it unpacks to more than --max-body, or not at all', () => {
    const bomb = message(gzipSync(Buffer.alloc(MAX_BODY + 1, 0xc0)), {});
    expect(bomb.length).toBeLessThan(MAX_BODY / 100);
    expect(() => redact(bomb)).toThrow('--max-body');
    const whole = gzipped(VALUE);
    expect(() => redact(message(whole.subarray(0, whole.length - 9), {}))).toThrow(BodyError);
    expect(() => redact(message(stuck(VALUE), {}))).toThrow(BodyError);
    expect(() => redact(message(gzipSync(stuck(VALUE).subarray(0, -1)), {}))).toThrow(BodyError);
  });

  test('is refused when it is compressed in a way that cannot be undone', () => {
    expect(() => redact(packed(['app', stuck(VALUE), { compressed: 'zstd' }]))).toThrow('gzip');
  });
});

test('size stays the number of entries, or the bytes of the packed ones where a client writes those', () => {
  const sizeOf = (got: Buffer): unknown => (unpack(got) as [string, unknown, { size: unknown }])[2].size;
  const plain = (size: number): Buffer => packed(['app', stuck(VALUE), { size, compressed: 'text' }]);
  expect(sizeOf(redact(plain(3)))).toBe(3);
  expect(sizeOf(redact(plain(stuck(VALUE).length)))).toBe(stuck(MASK).length);
  const zipped = gzipped(VALUE);
  const [, bytes, { size }] = unpack(
    redact(packed(['app', zipped, { size: zipped.length, compressed: 'gzip' }])),
  ) as [string, Uint8Array, { size: number }];
  expect(size).toBe(bytes.length);
  expect(sizeOf(redact(packed(['app', stuck(VALUE), { size: 77 }])))).toBe(77);
});

test('size stays the number of entries where the packed ones have as many bytes', () => {
  const of = (count: number): Buffer =>
    gzipSync(
      Buffer.concat([
        packed([1, { log: VALUE }]),
        ...Array.from({ length: count - 1 }, () => packed([1, {}])),
      ]),
    );
  const count = Array.from({ length: 200 }, (_, at) => at + 1).find((many) => of(many).length === many)!;
  const got = redact(packed(['app', of(count), { size: count, compressed: 'gzip' }]));
  const [, bytes, { size }] = unpack(got) as [string, Uint8Array, { size: number }];
  expect(bytes.length).not.toBe(count);
  expect(size).toBe(count);
});

test('a time stays a time, though a secret is the same number', () => {
  const digits = 1_700_000_123;
  const times = matcherOf([{ name: 'db', value: Buffer.from(String(digits)) }]);
  const options = { maxRecordBytes: 1 << 20, maxBodyBytes: MAX_BODY, gzip: gzipPacker(MAX_BODY) };
  const records = [
    ['app', digits, { a: 1 }],
    ['app', [[digits, { a: 1 }]]],
    ['app', packed([digits, { a: 1 }])],
    ['app', [[[digits, { a: 1 }], {}]]],
  ];
  for (const sent of records.map(packed))
    expect(redact(sent, [], new ForwardStream(times, options)).equals(sent)).toBe(true);
});

test('metrics and traces of Fluent Bit keep their numbers', () => {
  const digits = 7_700_123_456_789;
  const numbers = matcherOf([{ name: 'db', value: Buffer.from(String(digits)) }]);
  const options = { maxRecordBytes: 1 << 20, maxBodyBytes: MAX_BODY, gzip: gzipPacker(MAX_BODY) };
  const of = (signal: number): Buffer =>
    packed(['m', packed({ values: [{ ts: digits, labels: ['a'] }] }), { fluent_signal: signal }]);
  const metrics = of(1);
  expect(redact(metrics, [], new ForwardStream(numbers, options)).equals(metrics)).toBe(true);
  expect(redact(of(0), [], new ForwardStream(numbers, options)).includes(MASK)).toBe(true);
});

test('nil is a heartbeat and says nothing', () => {
  const sent = Buffer.concat([Buffer.from([0xc0]), packed(['app', 1, { a: 1 }])]);
  expect(redact(sent).equals(sent.subarray(1))).toBe(true);
});

test('messages that want an ack are told in their order, with the name that upstream knows them by', () => {
  const into = stream();
  const sent = [{ chunk: 'one' }, {}, { chunk: VALUE }].map((option) => packed(['app', 1, { a: 1 }, option]));
  redact(Buffer.concat(sent), [], into);
  const told = into.asked.map(({ chunk, sent: name }) => [unpack(chunk), Buffer.from(name).toString()]);
  expect(told).toEqual([
    ['one', 'one'],
    [VALUE, MASK],
  ]);
});

test('findings say the tag and the pod they come from, redacted', () => {
  const into = stream();
  const kubernetes = {
    namespace_name: 'shop',
    pod_name: `web-${VALUE}`,
    container_name: 'app',
    labels: { a: VALUE },
  };
  const records = [{ log: VALUE, kubernetes }, { log: 'calm', kubernetes }, { log: VALUE }];
  redact(
    packed([`app.${VALUE}`, Buffer.concat(records.map((one) => packed([1, one]))), { note: VALUE }]),
    [],
    into,
  );
  const tag = `app.${MASK}`;
  const pod = {
    tag,
    'kubernetes.namespace_name': 'shop',
    'kubernetes.pod_name': `web-${MASK}`,
    'kubernetes.container_name': 'app',
  };
  const origins = Array.from({ length: into.findings.length }, (_, at) => into.origins.at(at));
  expect(origins).toEqual([{ tag }, pod, pod, pod, pod, pod, { tag }, { tag }]);
  expect(into.records).toBe(3);
});

test('a swapped matcher is used for what comes next', () => {
  const into = stream();
  const out = new Output();
  into.push(packed(['app', 1, { a: `${VALUE} ${OTHER}` }]), out);
  into.swap(matcherOf([{ name: 'db', value: Buffer.from(OTHER) }], { generation: 2 }));
  into.push(packed(['app', 1, { a: `${VALUE} ${OTHER}` }]), out);
  const got = [...decodeMulti(Uint8Array.from(out.take()))].map(
    (message) => (message as { a: string }[])[2]!.a,
  );
  expect(got).toEqual([`${MASK} ${OTHER}`, `${VALUE} ${MASK}`]);
});

describe('what is no message', () => {
  test.each([
    ['a map', { a: VALUE }],
    ['a list of one', ['app']],
    ['a tag that is a number', [7, 1, { a: 1 }]],
    ['a tag that is a map', [{ a: 1 }, 1, { a: 1 }]],
    ['an event without a record', ['app', 1]],
    ['entries that are a map', ['app', { a: 1 }]],
    ['entries that are nil', ['app', null]],
    ['more behind the option', ['app', [], {}, {}]],
    ['an option that is a text', ['app', [], 'chunk']],
    ['a chunk that is a number', ['app', [], { chunk: 5 }]],
    ['a chunk that has no end', ['app', [], { chunk: 'x'.repeat(2000) }]],
    ['five parts', ['app', 1, {}, {}, {}]],
  ])('%s is refused', (_, value) => {
    expect(() => redact(packed(value))).toThrow(BodyError);
  });

  test('entries whose lengths reach out of what is packed are refused', () => {
    const inner = packed([1, { log: VALUE }]);
    for (let end = 1; end < inner.length; end++)
      expect(() => redact(packed(['app', inner.subarray(0, end)]))).toThrow(BodyError);
  });

  test('a message that is cut short, or larger than --max-body, is refused', () => {
    const sent = packed(MODES[4]!.message(VALUE));
    for (let end = 1; end < sent.length; end++)
      expect(() => redact(sent.subarray(0, end))).toThrow('cut short');
    expect(() => redact(sent, [8], stream(sent.length - 1))).toThrow('--max-body');
    expect(redact(sent, [], stream(sent.length)).length).toBeGreaterThan(0);
  });

  test('whichever byte is another one, nothing but a refusal is thrown', () => {
    for (const { message } of [
      ...MODES,
      { message: (text: string) => ['a', gzipped(text), { compressed: 'gzip' }] },
    ]) {
      const sent = packed(message('harmless'));
      for (let at = 0; at < sent.length; at++) {
        const wrong = Buffer.from(sent);
        wrong[at]! ^= 1 + (at % 255);
        try {
          redact(wrong);
        } catch (error) {
          expect(error).toBeInstanceOf(BodyError);
        }
      }
    }
  });
});
