import { type LogOptions, writeLogs } from './haystacks.ts';
import { ownToken } from './own-patterns.ts';
import { SPELLINGS } from './values.ts';

/** What a haystack is made of besides its seed. */
export interface Material {
  /** Known values that leak, in turn. */
  readonly values: readonly string[];
  /** Credentials that only a detector knows. */
  readonly credentials: readonly string[];
  /** Literals that wake detectors. */
  readonly keywords: readonly string[];
}

/** Bytes to search, and what a right engine finds in them: told by who wrote them, not by any engine. */
export interface Haystack {
  readonly bytes: Uint8Array;
  /** Leaks of known values. */
  readonly known: number;
  /** Leaks that only a built-in detector knows. */
  readonly foreign: number;
  /** Leaks that only the user's patterns know. */
  readonly own: number;
  /** Lines in which a known value stands as it is. */
  readonly plain: number;
}

export type Maker = (size: number, material: Material) => Haystack;

/** Share of leaks that only a detector knows: one in so many. */
const FOREIGN_EVERY = 4;
/** One log line in so many leaks. */
const LEAK_EVERY = 1000;

function plantedLogs(
  size: number,
  material: Material,
  options: Pick<LogOptions, 'seed' | 'every' | 'json' | 'frame'>,
): Haystack {
  const written = writeLogs(size, {
    ...options,
    plant: (nth) => {
      const text = leakOf(nth, material);
      return options.json === true ? JSON.stringify(text).slice(1, -1) : text;
    },
  });
  const { bytes, planted } = written;
  let [foreign, plain] = [0, 0];
  for (let nth = 0; nth < planted; nth++) {
    if (isForeign(nth)) foreign++;
    else if (leakOf(nth, material).includes(plantedValue(nth, material))) plain++;
  }
  return { bytes, known: planted - foreign, foreign, own: 0, plain };
}

const isForeign = (nth: number): boolean => nth % FOREIGN_EVERY === FOREIGN_EVERY - 1;
const plantedValue = (nth: number, { values }: Material): string => values[nth % values.length]!;

export function leakOf(nth: number, material: Material): string {
  const { credentials } = material;
  if (isForeign(nth)) return credentials[nth % credentials.length]!;
  return SPELLINGS[nth % SPELLINGS.length]!(plantedValue(nth, material));
}

/** Mixed logs, one leak in 1,000 lines. */
export const mixed: Maker = (size, material) => plantedLogs(size, material, { seed: 1, every: LEAK_EVERY });

/** JSON lines; the message leaks. */
export const jsonLines: Maker = (size, material) =>
  plantedLogs(size, material, { seed: 2, every: LEAK_EVERY, json: true });

/** Mixed logs as containerd writes them; one line in 50 comes in two parts. */
export const criLines: Maker = (size, material) =>
  plantedLogs(size, material, {
    seed: 3,
    every: LEAK_EVERY,
    frame: (line, roll) => {
      const stamp = `2024-05-01T12:00:0${roll(10)}.${100_000_000 + roll(900_000_000)}Z stdout`;
      const lines = line.split('\n');
      if (roll(50) > 0) return lines.map((part) => `${stamp} F ${part}\n`).join('');
      const cut = 1 + roll(lines[0]!.length - 1);
      const [first, ...rest] = [lines[0]!.slice(0, cut), lines[0]!.slice(cut), ...lines.slice(1)];
      return `${stamp} P ${first}\n${rest.map((part) => `${stamp} F ${part}\n`).join('')}`;
    },
  });

/** Every line leaks. */
export const dense: Maker = (size, material) => plantedLogs(size, material, { seed: 4, every: 1 });

/** Mixed logs without one line end. */
export const oneLine: Maker = (size, material) =>
  plantedLogs(size, material, {
    seed: 5,
    every: LEAK_EVERY,
    frame: (line) => `${line.replaceAll('\n', ' ')} `,
  });

/** Mixed logs; one line in 100 holds a keyword of the user's patterns, every other of these a match. */
export const ownKeywords: Maker = (size) => {
  const { bytes, planted } = writeLogs(size, { seed: 6, every: 100, plant: ownToken });
  return { bytes, known: 0, foreign: 0, own: Math.ceil(planted / 2), plain: 0 };
};
