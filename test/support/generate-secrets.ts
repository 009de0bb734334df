import type { Chance } from './generate-random.ts';

/** A value and the kind it was drawn as (test output may name the kind, never the value). */
export interface DrawnSecret {
  readonly kind: string;
  readonly value: Buffer;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const TOKEN = `${LETTERS}${LETTERS.toUpperCase()}0123456789`;
const SYMBOLS = `${TOKEN}!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`;
const WIDE = [
  'ä',
  'ß',
  'é',
  'ñ',
  'ø',
  'Ж',
  'ю',
  '漢',
  '字',
  'か',
  '😀',
  '🔑',
  'a',
  'b',
  '1',
  '"',
  '\\',
  '/',
  '&',
  '%',
];

const small = (chance: Chance): number => (chance.oneIn(3) ? 8 : chance.between(8, 48));

const KINDS: Readonly<Record<string, (chance: Chance) => Buffer>> = {
  token: (chance) => Buffer.from(chance.text(TOKEN, small(chance))),
  password: (chance) => Buffer.from(chance.text(SYMBOLS, small(chance))),
  escapes: (chance) =>
    Buffer.from(chance.text('"\\/%&<>\'=+$`nu0ab ', chance.between(6, 20)).trim().padEnd(8, 'x').concat('z')),
  phrase: (chance) =>
    Buffer.from(`${chance.text(LETTERS, 5)} ${chance.text(SYMBOLS, 6)} ${chance.text(LETTERS, 4)}`),
  utf8: (chance) => Buffer.from(chance.text(WIDE, chance.between(8, 30))),
  binary: (chance) => chance.bytes(small(chance)),
  base64: (chance) => Buffer.from(chance.bytes(chance.between(8, 40)).toString('base64')),
  hex: (chance) => Buffer.from(chance.bytes(chance.between(6, 32)).toString('hex')),
  digits: (chance) =>
    Buffer.from(`${chance.between(1, 9)}${chance.text('0123456789', chance.between(8, 18))}`),
  url: (chance) =>
    Buffer.from(`amqp://u:${chance.text(TOKEN, 9)}@h-${chance.text(LETTERS, 4)}:5671/%2f?x=1&y=2`),
  periodic: (chance) => {
    const unit = chance.text(LETTERS, chance.between(1, 5));
    return Buffer.from(unit.repeat(24).slice(0, chance.between(8, 24)));
  },
  lines: (chance) =>
    Buffer.from(
      Array.from({ length: chance.between(2, 6) }, () => chance.text(TOKEN, chance.between(1, 30))).join(
        '\n',
      ) +
        chance.text(TOKEN, 8) +
        (chance.oneIn(3) ? '\n' : ''),
    ),
  pem: (chance) =>
    Buffer.from(
      [
        'BEGIN',
        ...chance
          .bytes(chance.between(60, 1_200))
          .toString('base64')
          .match(/.{1,64}/g)!,
        'END',
      ]
        .map((line) => (line === 'BEGIN' || line === 'END' ? `-----${line} TEST KEY-----` : line))
        .join('\n'),
    ),
  long: (chance) => Buffer.from(chance.text(SYMBOLS, chance.between(200, 4_000))),
  'long-binary': (chance) => chance.bytes(chance.between(200, 4_000)),
};

export const SECRET_KINDS: readonly string[] = Object.keys(KINDS);

/** One value of 8 to 4,000 bytes. */
export function drawSecret(chance: Chance, kind = chance.pick(SECRET_KINDS)): DrawnSecret {
  return { kind, value: KINDS[kind]!(chance).subarray(0, 4_000) };
}

/** A value that lies badly to `value`: longer, shorter, overlapping, or alike for long. */
function drawRelative(value: Buffer, chance: Chance): DrawnSecret {
  const more = Buffer.from(chance.text(TOKEN, chance.between(1, 12)));
  const half = value.subarray(Math.max(0, value.length - Math.max(4, value.length >> 1)));
  const relatives: Readonly<Record<string, () => Buffer>> = {
    'prefix-pair': () => Buffer.concat([value, more]),
    'suffix-pair': () => Buffer.concat([more, value]),
    'overlapping-end': () => Buffer.concat([half, Buffer.from(chance.text(TOKEN, 8))]),
    'last-byte-differs': () => {
      const twin = Buffer.from(value);
      twin[twin.length - 1] = (twin[twin.length - 1]! ^ 1) & 0x7f || 0x41;
      return twin;
    },
    inner: () => (value.length >= 12 ? value.subarray(2, value.length - 1) : Buffer.concat([value, more])),
  };
  const kind = chance.pick(Object.keys(relatives));
  return { kind, value: relatives[kind]!().subarray(0, 4_000) };
}

/** Eight bytes or more are left without line breaks and the blanks around: else the guard would not let it be sought. */
function isSought({ value }: DrawnSecret): boolean {
  return (
    value
      .toString('latin1')
      .replace(/[\r\n]/g, '')
      .trim().length >= 8
  );
}

/** One to four values, often related; distinct. */
export function drawSecrets(chance: Chance): DrawnSecret[] {
  const drawn: DrawnSecret[] = [drawSecret(chance)];
  while (!isSought(drawn[0]!)) drawn[0] = drawSecret(chance);
  const count = chance.between(1, 4);
  while (drawn.length < count) {
    const next = chance.oneIn(2) ? drawRelative(drawn[0]!.value, chance) : drawSecret(chance);
    if (isSought(next) && !drawn.some((other) => other.value.equals(next.value))) drawn.push(next);
    else break;
  }
  // Order must not matter: a shorter value first is the classic trap.
  return chance.oneIn(2) ? drawn : drawn.reverse();
}
