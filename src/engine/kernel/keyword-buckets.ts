import { isCommon } from './common-words.ts';
import type { KernelTables } from './kernel.ts';
import { KEYWORD_MAX } from './layout.ts';

type Keyword = KernelTables['keywords'][number];

/** Places of a window that the tables and the hash look at; a keyword of 3 bytes leaves the last one open. */
export const PLACES = 4;
/** Bits of a byte. */
const BUCKETS = 8;
/** Buckets that do not look at the last place: only they take keywords of 3 bytes. Two let a fifth more through. */
const OPEN_BUCKETS = 3;
/** Rounds of taking every keyword out and putting it where it costs least; little moves after the third. */
const ROUNDS = 3;
/** What a window inside a common word costs more: more than any bucket has cost on real lists. */
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

/**
 * The index into a place's second table: bits 3 to 6. Bit 7 says nothing in ASCII, and bit 3 again makes
 * the product of two sets of nibbles fit a set of letters more closely: 10 % of places let through became 6 %.
 */
function upper(byte: number): number {
  return (byte >>> 3) & 15;
}

/** The share of log bytes that have a given upper (times 16) and low index. */
const PAIR_SHARE = new Float64Array(256);
for (let byte = 0; byte < 256; byte++) PAIR_SHARE[upper(byte) * 16 + (byte & 15)]! += SHARE[byte]!;

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
  const buckets = Array.from(
    { length: BUCKETS },
    (_, bit) => new Bucket(bit < OPEN_BUCKETS ? PLACES - 1 : PLACES),
  );
  const offsets = new Uint16Array(keywords.length);
  const homes: (Bucket | undefined)[] = keywords.map(() => undefined);
  const extras = keywords.map(extraCosts);
  const order = keywords.map((_, index) => index);
  order.sort((a, b) => keywords[a]!.bytes.length - keywords[b]!.bytes.length);
  for (let round = 0; round < ROUNDS; round++) {
    for (const index of order) {
      const keyword = keywords[index]!;
      const extra = extras[index]!;
      homes[index]?.add(keyword, offsets[index]!, -1);
      let least = Number.POSITIVE_INFINITY;
      for (const bucket of buckets) {
        if (bucket.places > keyword.bytes.length) continue;
        for (let offset = 0; offset < extra.length; offset++) {
          const cost = bucket.priceOf(keyword, offset) + extra[offset]!;
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

/** For each window a keyword can have, what it costs beside the bucket. */
function extraCosts(keyword: Keyword): Float64Array {
  const text = Buffer.from(keyword.bytes).toString('latin1');
  const last = Math.max(0, Math.min(text.length, KEYWORD_MAX) - PLACES);
  return Float64Array.from({ length: last + 1 }, (_, offset) =>
    isCommon(text.slice(offset, offset + PLACES)) ? COMMON_COST : 0,
  );
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
  /** What the bucket lets through; in an array, because a number that changes would be boxed each time. */
  readonly #cost = new Float64Array(1);
  /** Places it looks at; the rest lets everything through. */
  readonly places: number;

  constructor(places: number) {
    this.places = places;
  }

  /** How much more the bucket lets through with the window of `keyword` at `offset`. */
  priceOf(keyword: Keyword, offset: number): number {
    let cost = 1;
    for (let place = 0; place < this.places; place++) {
      const byte = keyword.bytes[offset + place]!;
      const low = place * 16 + (byte & 15);
      const high = place * 16 + upper(byte);
      const newLow = this.low[low] === 0;
      let share = this.#share[place]!;
      if (newLow) share += this.#addLow[low]!;
      share += this.#extra(high, byte, newLow);
      if (isFolded(keyword, byte)) share += this.#extra(high - 4, byte - 32, newLow);
      cost *= share;
    }
    return cost - this.#cost[0]!;
  }

  #extra(high: number, byte: number, newLow: boolean): number {
    if (this.high[high] !== 0) return 0;
    return this.#addHigh[high]! + (newLow ? PAIR_SHARE[upper(byte) * 16 + (byte & 15)]! : 0);
  }

  /** @param change 1 puts the window in, -1 takes it out */
  add(keyword: Keyword, offset: number, change: 1 | -1): void {
    let cost = 1;
    for (let place = 0; place < this.places; place++) {
      const byte = keyword.bytes[offset + place]!;
      this.low[place * 16 + (byte & 15)]! += change;
      this.high[place * 16 + upper(byte)]! += change;
      if (isFolded(keyword, byte)) this.high[place * 16 + upper(byte) - 4]! += change;
      this.#weigh(place);
      cost *= this.#share[place]!;
    }
    this.#cost[0] = cost;
  }

  #weigh(place: number): void {
    const at = place * 16;
    let total = 0;
    for (let i = 0; i < 16; i++) {
      let row = 0;
      let column = 0;
      for (let k = 0; k < 16; k++) {
        if (this.low[at + k] !== 0) row += PAIR_SHARE[i * 16 + k]!;
        if (this.high[at + k] !== 0) column += PAIR_SHARE[k * 16 + i]!;
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
        const open = place >= bucket.places;
        if (open || bucket.low[place * 16 + i] !== 0) masks[place * 32 + i]! |= 1 << bit;
        if (open || bucket.high[place * 16 + i] !== 0) masks[place * 32 + 16 + i]! |= 1 << bit;
      }
    }
  });
  return masks;
}
