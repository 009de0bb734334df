import { randomBytes } from 'node:crypto';
import { spelling } from '../encode.ts';
import { Chance } from '../generate-random.ts';
import type { BenchRecord } from './client.ts';

/**
 * Spellings that every protocol carries: text without NUL, escaped once at most, since some clients write JSON
 * inside JSON strings and what is promised ends at three levels.
 */
const SPELLED = [
  'plain',
  'json-minimal',
  'json-go',
  'base64',
  'base64url',
  'hex',
  'hex-upper',
  'shell-single',
  'go-quoted',
];

export interface Minted {
  readonly records: readonly BenchRecord[];
  /** File name in a secrets directory -> value. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Text of each record that is no secret, by id: it must survive. */
  readonly calm: ReadonlyMap<string, readonly string[]>;
}

/** Values made anew for every run and never printed: a token, one with everything to escape, one of several lines. */
export function mintSecrets(): Record<'token' | 'awkward' | 'document', string> {
  return {
    token: randomBytes(24).toString('hex'),
    awkward: `${randomBytes(9).toString('base64url')}"\\/<&'é😀${randomBytes(6).toString('hex')}`,
    document: Array.from({ length: 3 }, () => randomBytes(30).toString('base64url')).join('\n'),
  };
}

/** The value as the protocols carry it, each turn in another spelling. */
export function spelled(turn: number, value: string, chance: Chance): string {
  const { spell } = spelling(SPELLED[turn % SPELLED.length]!);
  return spell(Buffer.from(value), chance)?.toString() ?? value;
}

/** `count` records, each with secrets in its text, in fields and deep in fields, spelled in turn in each way. */
export function mintRecords(count: number): Minted {
  const secrets = mintSecrets();
  const chance = new Chance(randomBytes(4).readUInt32LE());
  const values = Object.values(secrets);
  const calm = new Map<string, readonly string[]>();
  const records = Array.from({ length: count }, (_, at) => {
    const id = `record-${String(at).padStart(4, '0')}`;
    const spell = (turn: number, of: string): string => spelled(turn, of, chance);
    const value = values[at % values.length]!;
    const before = `login number ${at} was refused for`;
    calm.set(id, [id, before, `and ${at} more words`, `calm ${at}`]);
    return {
      id,
      text: `${before} ${spell(at, value)} and ${at} more words`,
      fields: {
        password: secrets.token,
        quoted: spell(at, secrets.awkward),
        document: secrets.document,
        calm: `calm ${at}`,
        count: at,
        flag: true,
        nested: {
          list: ['first', spell(at + 1, value), 'last'],
          deep: { url: `db://shop:${secrets.token}@db/${at}` },
        },
      },
    };
  });
  return { records, secrets, calm };
}

/**
 * Every string, number and key in a decoded record, and in every JSON text within its strings, whether it is
 * the whole string or stands behind words.
 */
export function readings(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...insideJson(value)];
  if (Array.isArray(value)) return value.flatMap(readings);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => [key, ...readings(inner)]);
  return [String(value)];
}

function insideJson(text: string): string[] {
  const start = text.search(/[{[]/);
  if (start < 0) return [];
  try {
    const parsed = JSON.parse(text.slice(start)) as unknown;
    return readings(parsed);
  } catch (cause) {
    if (cause instanceof SyntaxError) return [];
    throw cause;
  }
}
