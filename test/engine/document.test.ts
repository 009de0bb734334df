import { describe, expect, test } from 'vitest';
import { type ActionName, createActions } from '../../src/engine/actions/index.ts';
import { compileDetector } from '../../src/engine/detectors/compile-spec.ts';
import type { DocumentOptions } from '../../src/engine/document.ts';
import { compileMatcher } from '../../src/engine/matcher.ts';
import { Output } from '../../src/engine/output.ts';
import { Secret } from '../../src/engine/secret.ts';
import { StreamRedactor } from '../../src/engine/stream-redactor.ts';
import { cases, PATIENCE } from '../campaigns/size.ts';
import { fill } from '../support/expect-linear.ts';
import { cutInto, everyCut } from '../support/generate-cuts.ts';
import { expectNone } from '../support/oracle-report.ts';
import { redactDocument } from '../support/redact-document.ts';
import { matcherOf, named } from '../support/redact-stream.ts';
import { specOf } from './detectors/spec-of.ts';

const value = Buffer.from('correct-horse"battery');
const digits = Buffer.from('48151623421');
const pin = compileDetector(
  specOf({ id: 'x.pin', keywords: ['pin'], pattern: 'pin(?P<secret>[0-9a-z]{4,40})' }),
);
const watch = compileDetector(
  specOf({ id: 'x.watch', mode: 'observe', keywords: ['eye'], pattern: 'eye(?P<secret>[0-9]{4,9})' }),
);
const parts = { detectors: [pin, watch], wasm: true };
const matcher = matcherOf(named([value, digits]), parts);
const PLAIN: DocumentOptions = { protect: new Set(), bulk: false, origin: [] };

/** The output, checked to be the same for every cut. */
function run(text: string, document: Partial<DocumentOptions> = {}, maxRecordBytes = 1 << 20, by = matcher) {
  const given = { maxRecordBytes, document: { ...PLAIN, ...document } };
  const bytes = Buffer.from(text);
  const whole = redactDocument(by, [bytes], given);
  for (const chunks of everyCut(bytes)) {
    const cut = redactDocument(by, chunks, given);
    expect(cut.bytes.toString()).toBe(whole.bytes.toString());
    expect([...cut.findings].sort()).toEqual([...whole.findings].sort());
    expect(cut.records).toBe(whole.records);
  }
  return { text: whole.bytes.toString(), found: whole.findings.length, records: whole.records };
}

describe('rewriting', () => {
  test.each([
    [
      'values without a separator',
      '{"a":"correct-horse\\"battery"}{"b":48151623421}"x"',
      '{"a":"[REDACTED:s0]"}{"b":"[REDACTED:s1]"}"x"',
      3,
    ],
    ['a number with more around it', '[-48151623421.5e3]', '["[REDACTED:s1]"]', 1],
    ['a key', '{"correct-horse\\u0022battery" :null}', '{"[REDACTED:s0]" :null}', 1],
    ['JSON in a string', '{"m":"{\\"n\\":48151623421}"}', '{"m":"{\\"n\\":\\"[REDACTED:s1]\\"}"}', 1],
    ['text in brackets in a string', '["[x] 48151623421"]', '["[x] [REDACTED:s1]"]', 1],
    ['a byte order mark', '\ufeff{"a":48151623421}', '\ufeff{"a":"[REDACTED:s1]"}', 1],
    ['words and white space', ' [true ,\n null,false]\r\n\t', ' [true ,\n null,false]\r\n\t', 1],
    [
      'text behind a value',
      '{"a":1} 48151623421,\n[48151623421]',
      '{"a":1} "[REDACTED:s1]",\n["[REDACTED:s1]"]',
      4,
    ],
    ['a word that is none', '[true48151623421]', '[true[REDACTED:s1]]', 1],
    ['a string that never ends', '{"a":"48151623421', '{"a":"[REDACTED:s1]', 1],
    [
      'a line end in a string',
      '{"a":"48151623421\n48151623421"}',
      '{"a":"[REDACTED:s1]\n"[REDACTED:s1]""}',
      3,
    ],
    ['structure in broken JSON', 'correct-horse"battery}', '[REDACTED:s0]}', 1],
    ['nothing', '', '', 0],
    ['blanks', ' \n', ' \n', 0],
  ])('%s', (_name, input, output, records) => {
    expect(run(input)).toMatchObject({ text: output, records });
  });

  test('a finding never leaves half a surrogate pair, half a character or half an escape behind', () => {
    const halves = [
      Buffer.from('\\ud83d-secret'),
      Buffer.from([0x98, 0x80, 0x2d, 0x73, 0x65, 0x63, 0x72, 0x65, 0x74]),
      Buffer.from('0041-secret'),
    ];
    const by = matcherOf(named(halves));
    expect(run('{"a":"x\\\\ud83d-secret"}', {}, 1 << 20, by).text).toBe('{"a":"x[REDACTED:s0]"}');
    expect(run('{"a":"x😀-secret"}', {}, 1 << 20, by).text).toBe('{"a":"x[REDACTED:s1]"}');
    expect(run('{"a":"x\\u0041-secret"}', {}, 8, by).text).toBe('{"a":"x[REDACTED:s2]"}');
  });

  test('a number over the bound stays a number: the digits of a finding become nines', () => {
    const long = `1${'0'.repeat(30)}48151623421.48151623421e7`;
    expect(run(`[${long},48151623421]`, {}, 20).text).toBe(
      `[1${'0'.repeat(30)}99999999999.99999999999e7,"[REDACTED:s1]"]`,
    );
  });

  test('silence decides nothing of a document', () => {
    const redactor = new StreamRedactor(matcher, { json: 'document', maxRecordBytes: 1 << 20 });
    const out = new Output();
    redactor.push(Buffer.from('{"a":"48151'), out);
    redactor.idle(out);
    redactor.push(Buffer.from('623421"}'), out);
    redactor.end(out);
    expect(Buffer.from(out.take()).toString()).toBe('{"a":"[REDACTED:s1]"}');
  });

  test('a reload amid a document keeps it JSON', () => {
    const redactor = new StreamRedactor(matcherOf([]), { json: 'document', maxRecordBytes: 1 << 20 });
    const out = new Output();
    redactor.push(Buffer.from('{"a":"b","c":[4815'), out);
    redactor.swap(matcher);
    redactor.push(Buffer.from('1623421]}'), out);
    redactor.end(out);
    expect(Buffer.from(out.take()).toString()).toBe('{"a":"b","c":["[REDACTED:s1]"]}');
  });
});

describe('dropping', () => {
  const dropping = (name: ActionName) =>
    compileMatcher({
      generation: 1,
      secrets: [new Secret({ name: 's1', key: 's1', part: '' }, digits)],
      shorts: [],
      detectors: [],
      near: false,
      actions: (rules) =>
        createActions({ name, placeholder: '[REDACTED:{label}]', labels: rules.map(({ label }) => label) }),
    });

  test.each([
    [
      'the string it stands in',
      '{"event":"a 48151623421 b","host":"h"}',
      100,
      '{"event":"[DROPPED:s1]","host":"h"}',
    ],
    ['the number it stands in', '[-48151623421.5,1]', 100, '["[DROPPED:s1]",1]'],
    [
      'what follows in a string over the bound',
      '["a b c d e f 48151623421 b 48151623421","c"]',
      16,
      '["a b c d e f [DROPPED:s1]","c"]',
    ],
    ['the rest of a broken line', '{"a" 48151623421 b\n{"a":1}', 100, '{"a" [DROPPED:s1]\n{"a":1}'],
  ])('takes %s', (_name, input, bound, output) => {
    expect(run(input, {}, bound, dropping('drop')).text).toBe(output);
  });
});

describe('fields', () => {
  const protect = new Set(['traceId']);

  test('detectors keep still in the value of a protected key, known values do not', () => {
    const told = run(
      '{"traceId":"pin123456","a":{"trace\\u0049d":"pin123456 48151623421"},"b":"pin123456"}',
      { protect },
    );
    expect(told.text).toBe(
      '{"traceId":"pin123456","a":{"trace\\u0049d":"pin123456 [REDACTED:s1]"},"b":"pin[REDACTED:x.pin]"}',
    );
    expect(told.found).toBe(2);
  });

  test('what a protected key holds besides a string or number is not protected, nor is what only observes counted', () => {
    expect(run('{"traceId":["pin123456"],"x":"pin123456"}', { protect }).found).toBe(2);
    expect(run('{"traceId":"eye12345","x":"eye12345"}', { protect }).found).toBe(1);
  });

  test('in a bulk body detectors keep still in actions, and in nothing else', () => {
    const told = run(
      '{"index":{"_id":"pin111111"}}\n{"a":"pin222222"}\n{"delete":{"_id":"pin333333"}}\n\n{"create":{"_id":"48151623421"}}\r\n{"index":"pin444444"}\n',
      { bulk: true },
    );
    expect(told.text).toBe(
      '{"index":{"_id":"pin111111"}}\n{"a":"pin[REDACTED:x.pin]"}\n{"delete":{"_id":"pin333333"}}\n\n{"create":{"_id":"[REDACTED:s1]"}}\r\n{"index":"pin[REDACTED:x.pin]"}\n',
    );
    expect(told).toMatchObject({ found: 3, records: 5 });
  });

  test.each(['{"a":1}', '[]', '{"index":1}, x\n', '"index"'])(
    'out of step behind %s, a bulk body has sources only',
    (first) => {
      const told = run(`${first}{"index":{"_id":"pin111111"}}{"index":{"_id":"pin111111"}}`, { bulk: true });
      expect(told.text.match(/REDACTED/g)?.length).toBe(2);
    },
  );
});

test('a known value within a long finding of a detector is replaced in a protected field too', () => {
  const greedy = compileDetector(
    specOf({
      id: 'x.long',
      keywords: ['pin'],
      pattern: 'pin(?P<secret>[a-z]{4,16000})',
      window: { before: 3, after: 16_000 },
    }),
  );
  const by = matcherOf(named([Buffer.from('correcthorsebattery')]), { detectors: [greedy] });
  const filler = 'z'.repeat(20_000);
  const text = `{"traceId":"pin${filler}correcthorsebattery${filler.slice(0, 9_000)}"}`;
  const document = { ...PLAIN, protect: new Set(['traceId']) };
  const { bytes, findings } = redactDocument(by, [Buffer.from(text)], { document });
  expect(bytes.toString()).toBe(text.replace('correcthorsebattery', '[REDACTED:s0]'));
  expect(findings).toHaveLength(1);
});

const MEBIBYTE = 1 << 20;

test.each([
  ['a string', '"', 'lorem ipsum \\u0041 dolor ', '"'],
  ['a number', '1', '0123456789', ''],
  ['broken JSON', 'x', 'lorem ipsum', ''],
  ['white space', '', ' \n', '1'],
])(
  '64 MiB of %s are never held',
  (_name, opens, filler, closes) => {
    const redactor = new StreamRedactor(matcher, { json: 'document', maxRecordBytes: MEBIBYTE });
    const out = new Output();
    const chunk = fill(filler, 64 * 1024 - ((64 * 1024) % filler.length));
    const half = Math.ceil((cases(64, 512) * MEBIBYTE) / chunk.length / 2);
    let held = 0;
    let written = 0;
    const push = (bytes: Buffer): void => {
      redactor.push(bytes, out);
      held = Math.max(held, redactor.held);
      written += out.take().length;
    };
    push(Buffer.from(opens));
    for (let at = 0; at < half; at++) push(chunk);
    push(Buffer.from(' 48151623421 '));
    for (let at = 0; at < half; at++) push(chunk);
    push(Buffer.from(closes));
    redactor.end(out);
    written += out.take().length;
    expect(held).toBeLessThan(1.5 * MEBIBYTE);
    expect(redactor.findings.length).toBe(1);
    expect(written).toBeGreaterThan(2 * half * chunk.length);
  },
  PATIENCE,
);

describe('hostile input', () => {
  const HOSTILE: Readonly<Record<string, (size: number) => Buffer>> = {
    'backslashes in a string': (size) => Buffer.concat([Buffer.from('"'), fill('\\', size)]),
    'escaped quotes in a string': (size) =>
      Buffer.concat([Buffer.from('["'), fill('\\"', size), Buffer.from('"]')]),
    quotes: (size) => fill('"', size),
    'arrays in arrays': (size) => fill('[', size),
    'objects in objects': (size) => fill('{"a":', size),
    'backslashes and values in a string': (size) =>
      Buffer.concat([Buffer.from('"'), fill('\\\\48151623421', size)]),
    'values back to back in a string': (size) => Buffer.concat([Buffer.from('"'), fill('48151623421', size)]),
    'line ends': (size) => fill('"\n', size),
    'numbers that end wrong': (size) => fill('1.\n', size),
    'one long word': (size) => fill('x', size),
    'protected values': (size) => fill('{"traceId":"pin123456"}', size),
  };

  test.each(Object.keys(HOSTILE))(
    '%s: four times the bytes cost about four times as much, in small pieces too',
    (name) => {
      const document = { ...PLAIN, protect: new Set(['traceId']), origin: ['a.a.a'] };
      const costMs = (size: number): number => {
        const chunks = cutInto(HOSTILE[name]!(size), 16 * 1024);
        const start = process.cpuUsage();
        redactDocument(matcher, chunks, { maxRecordBytes: 64 * 1024, document });
        const used = process.cpuUsage(start);
        return (used.user + used.system) / 1_000;
      };
      const size = 256 * 1024;
      costMs(size);
      const told: string[] = [];
      for (let attempt = 0; attempt < 3; attempt++) {
        const one = Math.min(costMs(size), costMs(size));
        const four = costMs(size * 4);
        if (four <= one * 8 + 60) return;
        told.push(`${one.toFixed(0)} ms -> ${four.toFixed(0)} ms`);
      }
      expectNone(told);
    },
    PATIENCE,
  );

  test('100,000 levels stay JSON around a finding, and so does what comes behind them', () => {
    const levels = 100_000;
    const text = `${'[{"a":'.repeat(levels)}48151623421${'}]'.repeat(levels)}[48151623421]`;
    const { bytes, records } = redactDocument(matcher, cutInto(Buffer.from(text), 9_999));
    expect(bytes.toString() === text.replaceAll('48151623421', '"[REDACTED:s1]"')).toBe(true);
    expect(records).toBe(2);
  });
});
