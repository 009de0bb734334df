import type { FormatName } from '../../src/formats/format.ts';
import { SPELLINGS, type Spelling } from './encode.ts';
import { utf8 } from './encode-shell.ts';
import { randomCut } from './generate-cuts.ts';
import { noise } from './generate-noise.ts';
import type { Chance } from './generate-random.ts';
import type { DrawnSecret } from './generate-secrets.ts';

/** One secret, spelled once, among neighbours that lie as badly as they can, and a way to cut it. */
export interface LeakCase {
  readonly spelling: string;
  readonly kind: string;
  readonly format: FormatName;
  readonly stream: Buffer;
  readonly chunks: readonly Uint8Array[];
  /** The secret as planted. */
  readonly planted: Buffer;
}

/** Spellings whose bytes stand for themselves: any neighbour may touch them. */
const LITERAL = new Set([
  'plain',
  'hex',
  'hex-upper',
  'utf-16le',
  'joined-lf',
  'joined-crlf',
  'joined-space',
  'joined-nothing',
  'one-line',
]);
const isLiteral = (spelling: Spelling): boolean =>
  LITERAL.has(spelling.name) || spelling.name.startsWith('base64');

const NEUTRAL = ['', ' ', '"', '=', ': ', '[', ' token=', '\t', '\n', '\r\n', '(', ',', 'é', '-'];

function fragment(secrets: readonly DrawnSecret[], chance: Chance, side: 'left' | 'right'): Buffer {
  const { value } = chance.pick(secrets);
  const length = chance.oneIn(2)
    ? chance.between(1, Math.min(9, value.length - 1))
    : chance.between(1, value.length - 1);
  const piece = side === 'left' ? value.subarray(0, length) : value.subarray(value.length - length);
  return chance.oneIn(4) ? Buffer.concat([piece, piece, piece]) : piece;
}

/** What stands next to the planted secret: nothing, a quote, or a piece of a secret in the same spelling. */
function neighbour(
  spelling: Spelling,
  secrets: readonly DrawnSecret[],
  chance: Chance,
  side: 'left' | 'right',
): Buffer {
  if (chance.oneIn(2)) return Buffer.from(chance.pick(NEUTRAL));
  const piece = fragment(secrets, chance, side);
  if (isLiteral(spelling)) return chance.oneIn(2) ? piece : (spelling.spell(piece, chance) ?? piece);
  return spelling.exact && !spelling.name.startsWith('coloured')
    ? (spelling.spell(piece, chance) ?? Buffer.from(' '))
    : Buffer.from(' ');
}

function jsonLine(body: string, chance: Chance): Buffer {
  const text = JSON.stringify(body);
  return Buffer.from(
    chance.pick([
      `{"level":"info","msg":${text},"n":1}\n`,
      `{"a":[1,${text},null]}\n`,
      `{${text}:{"b":12345678901234567890}}\n`,
      `[${text}]`,
      `  {"msg": ${text} }\r\n`,
      `{"body":${JSON.stringify(`{"inner":${text}}`)}}\n`,
      `{"broken":${text},\n`,
    ]),
  );
}

/** A case for `secrets[which]` in `spelling`; null when that value has no such spelling. */
export function drawCase(
  secrets: readonly DrawnSecret[],
  which: number,
  chance: Chance,
  spelling: Spelling = chance.pick(SPELLINGS),
): LeakCase | null {
  const { value, kind } = secrets[which]!;
  const planted = spelling.spell(value, chance);
  if (planted === null) return null;
  const body = Buffer.concat([
    neighbour(spelling, secrets, chance, 'left'),
    planted,
    neighbour(spelling, secrets, chance, 'right'),
  ]);
  const format = chance.pick(['text', 'json', 'auto'] as const);
  const text = chance.oneIn(2) ? utf8(body) : null;
  const line = text === null ? body : jsonLine(text, chance);
  const around = chance.oneIn(4);
  const stream = Buffer.concat(
    around ? [noise(chance, 2), Buffer.from('\n'), line, Buffer.from('\n'), noise(chance, 1)] : [line],
  );
  return { spelling: spelling.name, kind, format, stream, chunks: randomCut(stream, chance), planted };
}
