import { test } from 'vitest';
import { cases, PATIENCE, progress, SEED } from '../campaigns/size.ts';
import { JSON_STYLES } from '../support/encode-json.ts';
import { PERCENT_STYLES } from '../support/encode-percent.ts';
import { randomCut } from '../support/generate-cuts.ts';
import { noise } from '../support/generate-noise.ts';
import { Chance } from '../support/generate-random.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, named, redactChunks, sameRedacted } from '../support/redact-stream.ts';

const CASES = cases(1_500, 60_000);
const PER_SET = 8;
const MAX_TOLD = 20;

const HEX = '0123456789abcdefABCDEF';
const OCTAL = '01234567';
const WORD = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** What all styles below escape, and what some do. */
const SPECIAL = '"';
const PUNCTUATION = '=&<>+/:\'"';

const percent = ['percent-component', 'percent-component-lower', 'percent-strict'].map(
  (style) => PERCENT_STYLES[style]!,
);
const json = ['json-minimal', 'json-gson', 'json-dotnet'].map(
  (style) => (value: Buffer) => Buffer.from(JSON_STYLES[style]!(value.toString())),
);

/** What opens an escape that the first bytes of a secret end, and how the secret is spelt. */
const OPENERS: readonly {
  readonly open: string;
  readonly first: readonly string[];
  readonly styles: readonly ((value: Buffer) => Buffer)[];
}[] = [
  { open: '%', first: [HEX, HEX], styles: percent },
  { open: '%3', first: [HEX], styles: percent },
  { open: '\\', first: ['bfnrtv'], styles: json },
  { open: '\\x4', first: [HEX], styles: json },
  { open: '\\u', first: [HEX, HEX, HEX, HEX], styles: json },
  { open: '\\u004', first: [HEX], styles: json },
  { open: '\\1', first: [OCTAL, OCTAL], styles: json },
];

function drawValue(first: readonly string[], chance: Chance): Buffer {
  const begun = first.map((alphabet) => chance.text(alphabet, 1)).join('');
  const parts = Array.from({ length: chance.between(1, 6) }, () =>
    chance.oneIn(3) ? chance.text(PUNCTUATION, 1) : chance.text(WORD, chance.between(1, 20)),
  );
  return Buffer.from(`${begun}${chance.text(WORD, 8)}${SPECIAL}${parts.join('')}`);
}

/** Runs one set of secrets; tells each leak by its place, never by its bytes. */
function wrongOfSet(seed: number): string[] {
  const chance = new Chance(seed);
  const drawn = Array.from({ length: PER_SET }, () => {
    const opener = chance.pick(OPENERS);
    return { ...opener, value: drawValue(opener.first, chance) };
  });
  const matcher = matcherOf(named(drawn.map(({ value }) => value)), {
    wasm: seed % 2 === 0,
    near: seed % 4 > 1,
  });
  return drawn.flatMap(({ open, styles, value }, at) => {
    const spelled = chance.pick(styles)(value);
    const ahead = Buffer.concat([noise(chance, chance.below(3)), Buffer.from(` ${open}`)]);
    const text = Buffer.concat([ahead, spelled, Buffer.from(' '), noise(chance, chance.below(3))]);
    const whole = redactChunks(matcher, [text]);
    const told: string[] = [];
    if (whole.bytes.includes(spelled)) told.push(`set ${seed} case ${at}: leaks behind ${open}`);
    if (!sameRedacted(redactChunks(matcher, randomCut(text, chance)), whole))
      told.push(`set ${seed} case ${at}: hangs on how it is cut, behind ${open}`);
    return told;
  });
}

test(
  'a secret that ends an escape ahead of it is not in the output, wherever it is cut',
  () => {
    const told: string[] = [];
    for (let set = 0; set * PER_SET < CASES && told.length < MAX_TOLD; set++) {
      told.push(...wrongOfSet(SEED + set));
      progress('shared bytes', set * PER_SET, CASES);
    }
    expectNone(told);
  },
  PATIENCE,
);
