import { beforeAll, expect, test } from 'vitest';
import { type LoadedDetectors, loadDetectors } from '../../src/config/detector-files.ts';
import { mint } from '../../src/engine/detectors/template.ts';
import { cases, PATIENCE, SEED } from '../campaigns/size.ts';
import { frameLine, partsOf } from '../formats/generate-framed.ts';
import { SPELLINGS } from '../support/encode.ts';
import { cutAt, randomCut } from '../support/generate-cuts.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecret, drawSecrets } from '../support/generate-secrets.ts';
import { expectNone } from '../support/oracle-report.ts';
import { redactDocument } from '../support/redact-document.ts';
import {
  matcherOf,
  named,
  type Redacted,
  redactChunks,
  sameRedacted,
  Tap,
} from '../support/redact-stream.ts';

const FORMATS = ['text', 'json', 'auto', 'cri', 'document'] as const;
type Form = (typeof FORMATS)[number];

/** What a decoder may take long to decide, again and again. */
const FLOODS = [
  '\\',
  '\\\\',
  '%',
  '%2',
  '%25',
  '&',
  '&#',
  '&#x2',
  '&#x0026;',
  '&amp;',
  '\\u00',
  '\\u005c',
  '\\x5c',
  '\x1b',
  '\x1b[',
  '\x1b[3',
  '\x1b[0m',
  "'",
  "'\\''",
  '\\"',
  '"',
  '\\n',
  '\r\n',
  ' ',
  'a',
];

let loaded: LoadedDetectors;
beforeAll(async () => {
  loaded = await loadDetectors({ builtin: true, select: ['all'], files: [] });
});

function flood(chance: Chance): Buffer {
  return Buffer.from(
    chance
      .pick(FLOODS)
      .repeat(chance.pick([1, 2, 3, 7, 30, 100, chance.between(1, 400), chance.between(300, 1_500)])),
  );
}

function spelled(chance: Chance, bytes: Buffer, depth: number): Buffer {
  if (depth === 0) return bytes;
  const way = chance.pick(SPELLINGS).spell(bytes, chance) ?? bytes;
  return way.length > 4_000 ? bytes : spelled(chance, way, depth - 1);
}

function credential(chance: Chance): Buffer {
  const spec = chance.pick(loaded.specs);
  const line = Buffer.from(mint(chance.pick(spec.examples), `flood#${chance.next()}`).bytes);
  const text = chance.oneIn(3) ? spelled(chance, line, chance.between(1, 2)) : line;
  return chance.oneIn(3) ? text.subarray(0, chance.between(1, text.length)) : text;
}

/** Floods of escapes with values and tokens between and behind them, whole and cut short. */
function floodedStream(chance: Chance, values: readonly Buffer[]): Buffer {
  const parts = Array.from({ length: chance.between(1, 7) }, () => {
    const kind = chance.below(8);
    if (kind < 3) return flood(chance);
    if (kind === 3) return credential(chance);
    if (kind === 4) return Buffer.from(chance.pick(['\n', '\r\n', ' ', '"', '{"a":"', 'password=', '=']));
    const value = spelled(chance, chance.pick(values), chance.below(3));
    return chance.oneIn(4) ? value.subarray(0, chance.between(1, value.length)) : value;
  });
  return Buffer.concat(parts);
}

function asDocument(chance: Chance, text: Buffer): Buffer {
  const string = chance.oneIn(2)
    ? JSON.stringify(text.toString())
    : `"${text.toString().replace(/["\n\r\u0000-\u001f]/g, '')}"`;
  return Buffer.from(chance.pick([string, `{"a":${string}}`, `[1,${string},"x"]\n`]));
}

function framed(chance: Chance, text: Buffer): Buffer {
  const lines = text
    .toString()
    .split('\n')
    .flatMap((line) => partsOf('stdout', Buffer.from(line), chance));
  return Buffer.concat(lines.map((line) => frameLine('cri', line, chance)));
}

test.each(FORMATS)(
  'a flood of escapes is redacted the same however it is cut, as %s',
  (format: Form) => {
    const wrong: string[] = [];
    let findings = 0;
    const runs = cases(150, 10_000);
    for (let run = 0; run < runs && wrong.length < 10; run++) {
      const chance = new Chance(SEED + run);
      const values = drawSecrets(chance).map((secret) => secret.value);
      const matcher = matcherOf(named(values), {
        detectors: run % 2 === 0 ? loaded.detectors : [],
        wasm: run % 4 < 3,
        near: run % 3 > 0,
      });
      const text = floodedStream(chance, values);
      const stream =
        format === 'cri' ? framed(chance, text) : format === 'document' ? asDocument(chance, text) : text;
      const redact = (chunks: readonly Uint8Array[]): Redacted =>
        format === 'document' ? redactDocument(matcher, chunks) : redactChunks(matcher, chunks, format);
      const whole = redact([stream]);
      findings += whole.findings.length;
      for (let way = 0; way < 6; way++) {
        const place = chance.below(stream.length + 1);
        const cut = way < 3 ? randomCut(stream, chance) : cutAt(stream, [place]);
        if (!sameRedacted(redact(cut), whole)) {
          wrong.push(`run ${run} way ${way}`);
          break;
        }
      }
    }
    expectNone(wrong);
    expect(findings).toBeGreaterThan(runs / 3);
  },
  PATIENCE,
);

/** Escapes at a few places of a text of several lines: whether two share a piece hangs on how far apart they stand. */
function sparselyEscaped(chance: Chance, text: Buffer): Buffer {
  const places = Array.from({ length: chance.between(1, 4) }, () => chance.below(text.length)).sort(
    (left, right) => left - right,
  );
  const colours = chance.oneIn(2);
  const parts: Buffer[] = [];
  let from = 0;
  for (const place of colours ? places : new Set([0, ...places])) {
    parts.push(text.subarray(from, place));
    parts.push(Buffer.from(colours ? chance.pick(['\x1b[m', '\x1b[1;4;33m', '\x1b[39;49m']) : '\\'));
    from = place;
  }
  return Buffer.concat([...parts, text.subarray(from)]);
}

test.each(['text', 'cri'] as const)(
  'a few escapes in many lines, as %s',
  (format) => {
    const wrong: string[] = [];
    let findings = 0;
    const { examples } = loaded.specs.find(({ id }) => id === 'pem.private-key')!;
    const runs = cases(400, 20_000);
    const detecting = matcherOf([], { detectors: loaded.detectors, wasm: true });
    for (let run = 0; run < runs && wrong.length < 10; run++) {
      const chance = new Chance(SEED + run);
      const known = drawSecret(chance, chance.pick(['lines', 'pem', 'pem'])).value;
      const detects = run % 2 === 0;
      const matcher = detects ? detecting : matcherOf(named([known]), { wasm: true });
      const key = Buffer.from(mint(chance.pick(examples), `sparse#${run}`).bytes);
      const whole = detects ? key : known;
      const text = sparselyEscaped(
        chance,
        whole.subarray(0, chance.between(whole.length >> 1, whole.length)),
      );
      const ended = Buffer.concat([text, Buffer.from(chance.pick(['', '\\', '\n', '\x1b[m', '\nmore\n']))]);
      const stream = format === 'cri' ? framed(chance, ended) : ended;
      const uncut = redactChunks(matcher, [stream], format);
      findings += uncut.findings.length;
      for (let way = 0; way < 6; way++)
        if (!sameRedacted(redactChunks(matcher, randomCut(stream, chance), format), uncut)) {
          wrong.push(`run ${run} way ${way}`);
          break;
        }
    }
    expectNone(wrong);
    expect(findings).toBeGreaterThan(runs / 4);
  },
  PATIENCE,
);

test.each([
  ['a coloured line', '\x1b[32mINFO\x1b[0m started worker alpha\n'],
  ['a long coloured line', `\x1b[32mINFO\x1b[0m ${'started worker alpha '.repeat(30)}beta\n`],
  ['an escaped quote', 'msg="a \\"quoted\\" word" x=beta\n'],
])('every line behind %s leaves at once, however far ahead that stands', (_what, first) => {
  for (const value of ['a made-up value', 'x9'.repeat(150)]) {
    const known = named([Buffer.from(value)]);
    const tap = new Tap(matcherOf(known, { detectors: loaded.detectors, wasm: true, near: true }), 'text');
    expect(tap.push(first).length).toBe(first.length);
    for (let count = 0; count < 40; count++) {
      const line = `request order ${count} handled by pod abc${count}\n`;
      expect(tap.push(line).toString()).toBe(line);
      // Of a line that is not whole, all but its last word and the blank ahead of it.
      const begun = `begun ${count} `;
      expect(tap.push(`${begun}word`).toString().startsWith(begun.trimEnd())).toBe(true);
      tap.push('\n');
    }
  }
});
