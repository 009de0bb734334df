import { commonIn } from './common-words.ts';
import type { Keyword } from './kernel.ts';
import { KEYWORD_MAX } from './layout.ts';

/** Bytes of a window; a keyword of 3 bytes has one of 3. */
export const WINDOW = 4;
/** What a window costs more for each common word that holds it: more than any has cost on real lists. */
const COMMON_COST = 0.01;

/**
 * How rare the printable bytes are in logs: one hexadecimal digit n a byte from 0x20 on, 2^-n of all bytes.
 * Counted over the mixed logs of `bench/haystacks.ts` and 2 MB of logs of eight systems.
 */
const RARITY =
  '4f5fbecf99db755745565566665af7fcc9a9888aa8ab99889e888acacd98c7f7f565546775a866656a55567998abfbf';
const SHARE = Float64Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x0a) return 2 ** -7;
  const digit = RARITY[byte - 0x20];
  return 2 ** -(digit === undefined ? 13 : Number.parseInt(digit, 16));
});

/** The share of a byte in logs. */
export function shareOfByte(byte: number): number {
  return SHARE[byte]!;
}

/**
 * Chooses for every keyword the window (its offset in the keyword) that few places of a log look like: the
 * share of such places, as if bytes were independent, times the keywords that have the window too, for
 * each of them is compared there. What was chosen for the built-in ones at build time stays: 15 ms of a start.
 */
export function chooseWindows(keywords: readonly Keyword[]): Uint16Array {
  const sharers = new Map<string, number>();
  return Uint16Array.from(keywords, (keyword) => {
    const last = Math.max(0, Math.min(keyword.bytes.length, KEYWORD_MAX) - WINDOW);
    if (keyword.window !== undefined && keyword.window <= last) return keyword.window;
    const text = Buffer.from(keyword.bytes).toString('latin1');
    const common = commonIn(text);
    let least = Number.POSITIVE_INFINITY;
    let best = 0;
    for (let offset = 0; offset <= last; offset++) {
      const window = text.slice(offset, offset + WINDOW);
      const cost =
        (shareOf(keyword, offset) + COMMON_COST * common(offset)) * (1 + (sharers.get(window) ?? 0));
      if (cost >= least) continue;
      least = cost;
      best = offset;
    }
    const chosen = text.slice(best, best + WINDOW);
    sharers.set(chosen, 1 + (sharers.get(chosen) ?? 0));
    return best;
  });
}

/** The share of places in logs at which the window stands. */
function shareOf(keyword: Keyword, offset: number): number {
  let share = 1;
  for (let at = offset; at < offset + WINDOW && at < keyword.bytes.length; at++) {
    const byte = keyword.bytes[at]!;
    share *= SHARE[byte]! + (isFolded(keyword, byte) ? SHARE[byte - 32]! : 0);
  }
  return share;
}

/** A letter of a folded keyword: it stands in both cases. */
export function isFolded(keyword: Keyword, byte: number): boolean {
  return keyword.fold && byte >= 0x61 && byte <= 0x7a;
}
