import type { KernelTables } from './kernel.ts';
import { KEYWORD_MAX } from './layout.ts';

type Keyword = KernelTables['keywords'][number];

/** Places of a window that the nibble tables look at. */
export const PLACES = 3;
/** Bytes of a window that the hash looks at, where the keyword is that long. */
export const WINDOW = 4;
/** Bits of a byte. */
const BUCKETS = 8;
/** Rounds of taking every keyword out and putting it where it costs least; little moves after the fourth. */
const ROUNDS = 6;

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

/** Where each keyword's window begins, and the nibble tables that let every window through. */
export interface Buckets {
  readonly offsets: Uint16Array;
  /** For each place 16 bytes by low nibble, then 16 by high nibble; a bucket is a bit. */
  readonly masks: Uint8Array;
}

/**
 * Chooses a window and a bucket for every keyword, so that few places of a log are let through: greedy
 * insertion, shortest keyword first (they have the least choice), then rounds of putting each one anew.
 * The cost of a bucket is the product of its places' shares of log bytes, as if places were independent.
 */
export function fillBuckets(keywords: readonly Keyword[]): Buckets {
  const buckets = Array.from({ length: BUCKETS }, () => new Bucket());
  const offsets = new Uint16Array(keywords.length);
  const homes: (Bucket | undefined)[] = keywords.map(() => undefined);
  const order = keywords.map((_, index) => index);
  order.sort((a, b) => keywords[a]!.bytes.length - keywords[b]!.bytes.length);
  for (let round = 0; round < ROUNDS; round++) {
    for (const index of order) {
      const keyword = keywords[index]!;
      homes[index]?.add(keyword, offsets[index]!, -1);
      const last = Math.max(0, Math.min(keyword.bytes.length, KEYWORD_MAX) - WINDOW);
      let least = Number.POSITIVE_INFINITY;
      for (const bucket of buckets) {
        for (let offset = 0; offset <= last; offset++) {
          const cost = bucket.priceOf(keyword, offset);
          if (cost >= least) continue;
          least = cost;
          homes[index] = bucket;
          offsets[index] = offset;
        }
      }
      homes[index]!.add(keyword, offsets[index]!, 1);
    }
  }
  return { offsets, masks: masksOf(buckets) };
}

/** What one bit of the nibble tables lets through. */
class Bucket {
  /** For each place and nibble the keywords that use it. */
  readonly low = new Uint16Array(PLACES * 16);
  readonly high = new Uint16Array(PLACES * 16);
  /** The share of log bytes that a further nibble would let through, beside the other half's nibbles. */
  readonly #addLow = new Float64Array(PLACES * 16);
  readonly #addHigh = new Float64Array(PLACES * 16);
  readonly #share = new Float64Array(PLACES);
  #cost = 0;

  /** How much more the bucket lets through with the window of `keyword` at `offset`. */
  priceOf(keyword: Keyword, offset: number): number {
    let cost = 1;
    for (let place = 0; place < PLACES; place++) {
      const byte = keyword.bytes[offset + place]!;
      const low = place * 16 + (byte & 15);
      const high = place * 16 + (byte >>> 4);
      const newLow = this.low[low] === 0;
      let share = this.#share[place]!;
      if (newLow) share += this.#addLow[low]!;
      share += this.#extra(high, byte, newLow);
      if (isFolded(keyword, byte)) share += this.#extra(high - 2, byte - 32, newLow);
      cost *= share;
    }
    return cost - this.#cost;
  }

  #extra(high: number, byte: number, newLow: boolean): number {
    if (this.high[high] !== 0) return 0;
    return this.#addHigh[high]! + (newLow ? SHARE[byte]! : 0);
  }

  /** @param change 1 puts the window in, -1 takes it out */
  add(keyword: Keyword, offset: number, change: 1 | -1): void {
    this.#cost = 1;
    for (let place = 0; place < PLACES; place++) {
      const byte = keyword.bytes[offset + place]!;
      this.low[place * 16 + (byte & 15)]! += change;
      this.high[place * 16 + (byte >>> 4)]! += change;
      if (isFolded(keyword, byte)) this.high[place * 16 + (byte >>> 4) - 2]! += change;
      this.#weigh(place);
      this.#cost *= this.#share[place]!;
    }
  }

  #weigh(place: number): void {
    const at = place * 16;
    let total = 0;
    for (let i = 0; i < 16; i++) {
      let row = 0;
      let column = 0;
      for (let k = 0; k < 16; k++) {
        if (this.low[at + k] !== 0) row += SHARE[i * 16 + k]!;
        if (this.high[at + k] !== 0) column += SHARE[k * 16 + i]!;
      }
      this.#addHigh[at + i] = row;
      this.#addLow[at + i] = column;
      if (this.high[at + i] !== 0) total += row;
    }
    this.#share[place] = total;
  }
}

/** A letter of a folded keyword: it stands in both cases. */
export function isFolded(keyword: Keyword, byte: number): boolean {
  return keyword.fold && byte >= 0x61 && byte <= 0x7a;
}

function masksOf(buckets: readonly Bucket[]): Uint8Array {
  const masks = new Uint8Array(PLACES * 32);
  buckets.forEach((bucket, bit) => {
    for (let place = 0; place < PLACES; place++) {
      for (let i = 0; i < 16; i++) {
        if (bucket.low[place * 16 + i] !== 0) masks[place * 32 + i]! |= 1 << bit;
        if (bucket.high[place * 16 + i] !== 0) masks[place * 32 + 16 + i]! |= 1 << bit;
      }
    }
  });
  return masks;
}
