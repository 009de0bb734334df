import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BLOCK,
  gramHash,
  hasBit,
  type Kernel,
  type KernelTables,
  PROBE_STRIDE,
  SEVERAL,
  windowHash,
} from '../../../src/engine/kernel/kernel.ts';
import { createReferenceKernel } from '../../../src/engine/kernel/reference.ts';
import { createWasmKernel, MOST_KEYWORDS } from '../../../src/engine/kernel/wasm.ts';
import { loadKernelModule } from '../../../src/pipeline/kernel-module.ts';

const KERNELS: [string, (tables: KernelTables) => Kernel][] = [
  ['reference', createReferenceKernel],
  ['wasm', (tables) => createWasmKernel(loadKernelModule(), tables)],
];
const GRAM_BITS = 15;
const WINDOW_BITS = 12;

type Word = KernelTables['keywords'][number];

const word = (text: string, fold: boolean): Word => ({ bytes: Buffer.from(text, 'latin1'), fold });
const WORDS = [
  ...['://', 'Zq9', 'q-Z', 'AKxA', 'key-', 'xoxx-', 'eyZ', '-----BEGIN', 'a'.repeat(22), 'LS0tLS1'].map(
    (text) => word(text, false),
  ),
  ...['password', 'pwd', 'api_key', 'api-key', 'token', 'x-amz-security-token', 'auth="', 'k'.repeat(40)].map(
    (text) => word(text, true),
  ),
];

function gramsOf(needles: readonly Uint8Array[]): Uint32Array {
  const grams = new Uint32Array(2 ** GRAM_BITS / 32);
  for (const needle of needles) {
    for (let phase = 0; phase < PROBE_STRIDE; phase++) {
      const bit = gramHash(Buffer.from(needle).readInt32LE(phase), GRAM_BITS);
      grams[bit >>> 5]! |= 1 << (bit & 31);
    }
  }
  return grams;
}

function windowsOf(needles: readonly Uint8Array[]): Uint32Array {
  const windows = new Uint32Array(2 ** WINDOW_BITS / 32);
  for (const needle of needles) {
    const words = Buffer.from(needle);
    const bit = windowHash(words.readInt32LE(0), words.readInt32LE(4)) & (2 ** WINDOW_BITS - 1);
    windows[bit >>> 5]! |= 1 << (bit & 31);
  }
  return windows;
}

function tablesOf(keywords: readonly Word[], needles: readonly Uint8Array[] = []): KernelTables {
  return {
    grams: gramsOf(needles),
    gramBits: GRAM_BITS,
    windows: windowsOf(needles),
    windowBits: WINDOW_BITS,
    keywords,
  };
}

const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);

/** Every place in `[from, to)` where a keyword stands that ends at or before `end`, with what may follow it: byte by byte. */
function keywordStarts(
  keywords: readonly Word[],
  hay: Uint8Array,
  from: number,
  to: number,
  end: number,
): number[] {
  const starts: number[] = [];
  for (let p = from; p < to; p++) {
    const stands = keywords.some(
      ({ bytes, fold, followers }) =>
        p + bytes.length <= end &&
        bytes.every((byte, i) => byte === (fold ? lower(hay[p + i]!) : hay[p + i])) &&
        (p + bytes.length === end || !followers || hasBit(followers, hay[p + bytes.length]!)),
    );
    if (stands) starts.push(p);
  }
  return starts;
}

/** Every place where a window may begin that holds a probe of `[from, to)` whose gram is set and ends at or before `end`. */
function placesAround(tables: KernelTables, hay: Uint8Array, from: number, to: number, end: number) {
  const places = new Set<number>();
  for (let p = from; p < to && p + 4 <= end; p += PROBE_STRIDE) {
    const bit = gramHash(Buffer.from(hay).readInt32LE(p), tables.gramBits);
    if (!((tables.grams[bit >>> 5]! >>> (bit & 31)) & 1)) continue;
    for (let at = Math.max(0, p - 4); at <= p; at++) places.add(at);
  }
  return places;
}

/** Where needles stand that end at or before `end` and hold a probe of `[from, to)` in their first five bytes. */
function neededPlaces(
  needles: readonly Uint8Array[],
  hay: Uint8Array,
  from: number,
  to: number,
  end: number,
): number[] {
  const places: number[] = [];
  for (let p = from; p < to; p += PROBE_STRIDE)
    for (let at = Math.max(0, p - 4); at <= p && at + 8 <= end; at++)
      if (needles.some((needle) => needle.every((byte, i) => byte === hay[at + i]))) places.push(at);
  return places;
}

function openersIn(hay: Uint8Array, from: number, to: number): number {
  const part = hay.subarray(from, to);
  return (
    (part.includes(0x5c) ? 1 : 0) |
    (part.includes(0x1b) ? 2 : 0) |
    (part.includes(0x25) ? 4 : 0) |
    (part.includes(0x26) ? 8 : 0)
  );
}

const keywordHits = (kernel: Kernel): number[] => [...kernel.keywordHits.subarray(0, kernel.keywordCount)];
const windowHits = (kernel: Kernel): number[] => [...kernel.windowHits.subarray(0, kernel.windowCount)];

/** The bytes of `[from, to)` whose bit is set, counted from `from`. */
const marked = (bits: Uint32Array, from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => at).filter((at) => (bits[at >>> 5]! >>> (at & 31)) & 1);

/** Holds a kernel to its contract for one scan. */
function holds(
  kernel: Kernel,
  tables: KernelTables & { readonly needles?: readonly Uint8Array[] },
  hay: Uint8Array,
  from: number,
  to: number,
  end: number,
): void {
  kernel.scan(hay, from, to, end);
  const met = windowHits(kernel);
  const places = placesAround(tables, hay, from, to, end);
  expect(met.every((p, i) => places.has(p) && (i === 0 || p > met[i - 1]!))).toBe(true);
  const needed = neededPlaces(tables.needles ?? [], hay, from, to, end);
  expect(needed.filter((p) => !met.includes(p))).toEqual([]);
  const named = keywordHits(kernel);
  const told = named.map((p, i) => p * 65536 + kernel.keywordNumbers[i]!);
  expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
  expect(named.every((p) => p >= from && p < to)).toBe(true);
  const missed = keywordStarts(tables.keywords, hay, from, to, end).filter((p) => !named.includes(p));
  expect(missed).toEqual([]);
  expect(kernel.seen).toBe(openersIn(hay, from, to));
  const offsets = [...hay.subarray(from, to).keys()];
  const openers = offsets.filter((at) => openersIn(hay, from + at, from + at + 1) !== 0);
  expect(marked(kernel.openers, from, to)).toEqual(openers);
  expect(marked(kernel.busy, 0, (to - from + 31) >>> 5)).toEqual([...new Set(openers.map((at) => at >>> 5))]);
  const lineEnds = offsets.filter((at) => hay[from + at] === 10);
  expect(marked(kernel.lineEnds, from, to)).toEqual(lineEnds);
  expect(kernel.lineCount).toBe(lineEnds.length);
}

/** Bytes that hold keywords, cut ones, keywords in other cases, openers, needles and noise, tightly packed. */
function haystacks(keywords: readonly Word[], needles: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const whole = fc.constantFrom(...keywords.map(({ bytes }) => bytes), ...needles);
  const piece = fc.oneof(
    whole,
    whole.map((bytes) => Buffer.from(Buffer.from(bytes).toString('latin1').toUpperCase(), 'latin1')),
    fc.tuple(whole, fc.nat(8)).map(([bytes, cut]) => bytes.subarray(0, cut)),
    fc.uint8Array({ maxLength: 70 }),
    fc.constantFrom(
      ...['\\', '\x1b', '%', '&', '\n', ' ', 'key=', ':/', '-'].map((text) => Buffer.from(text)),
    ),
  );
  return fc.array(piece, { maxLength: 40 }).map((pieces) => new Uint8Array(Buffer.concat(pieces)));
}

const needle = fc.uint8Array({ minLength: 8, maxLength: 8 });

describe.each(KERNELS)('the %s kernel', (_, create) => {
  test('misses no keyword, no needle, no opener and no line end, wherever a scan begins and ends', () => {
    const setting = fc
      .array(needle, { minLength: 1, maxLength: 4 })
      .chain((needles) =>
        fc.tuple(fc.constant(needles), haystacks(WORDS, needles), fc.nat(), fc.nat(), fc.nat()),
      );
    fc.assert(
      fc.property(setting, ([needles, hay, a, b, c]) => {
        const tables = { ...tablesOf(WORDS, needles), needles };
        const [from, to, end] = [a, b, c].map((n) => n % (hay.length + 1)).sort((x, y) => x - y);
        const kernel = create(tables);
        holds(kernel, tables, hay, from!, to!, end!);
        holds(kernel, tables, hay, 0, hay.length, hay.length);
      }),
      { numRuns: 300 },
    );
  });

  test('serves any set of keywords, one or hundreds, of any bytes', () => {
    const bytes = fc.uint8Array({ minLength: 3, maxLength: 45 });
    const short = fc.uint8Array({ minLength: 3, maxLength: 3 });
    const followers = fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }));
    const window = fc.option(fc.nat(45), { nil: undefined });
    const keyword = fc
      .record({ bytes: fc.oneof(bytes, short), fold: fc.boolean(), followers, window })
      .map((drawn) => ({ ...drawn, bytes: drawn.fold ? drawn.bytes.map(lower) : drawn.bytes }));
    const setting = fc
      .array(keyword, { minLength: 1, maxLength: 200 })
      .chain((keywords) => fc.tuple(fc.constant(keywords), haystacks(keywords, [])));
    fc.assert(
      fc.property(setting, ([keywords, hay]) => {
        const tables = tablesOf(keywords);
        holds(create(tables), tables, hay, 0, hay.length, hay.length);
      }),
      { numRuns: 100 },
    );
  });

  test('finds a keyword at every place of a full block, and one that crosses its end', () => {
    const tables = tablesOf(WORDS);
    const kernel = create(tables);
    for (const { bytes } of WORDS) {
      for (const at of [
        0,
        1,
        15,
        16,
        17,
        63,
        64,
        65,
        BLOCK - 65,
        BLOCK - 64,
        BLOCK - 17,
        BLOCK - 2,
        BLOCK - 1,
      ]) {
        const hay = new Uint8Array(BLOCK + 64).fill(0x2e);
        hay.set(bytes, at);
        kernel.scan(hay, 0, BLOCK, hay.length);
        expect(keywordHits(kernel)).toContain(at);
        kernel.scan(hay, 0, BLOCK, at + bytes.length);
        expect(keywordHits(kernel)).toContain(at);
      }
    }
  });

  test('a caller that goes on block by block meets every needle, at any phase', () => {
    const secret = Uint8Array.from([7, 211, 45, 96, 130, 4, 77, 250]);
    const tables = tablesOf([], [secret]);
    const kernel = create(tables);
    for (let at = BLOCK - 12; at < BLOCK + 8; at++) {
      const hay = new Uint8Array(2 * BLOCK + 100).fill(0x2e);
      hay.set(secret, at);
      const places: number[] = [];
      for (let from = 0; from < hay.length; from += BLOCK) {
        kernel.scan(hay, from, Math.min(from + BLOCK, hay.length), hay.length);
        places.push(...windowHits(kernel));
      }
      expect(places).toContain(at);
    }
  });

  test('keeps within its lists when every byte is a hit', () => {
    const tables: KernelTables = {
      grams: new Uint32Array(2 ** GRAM_BITS / 32).fill(0xffffffff),
      gramBits: GRAM_BITS,
      windows: new Uint32Array(2 ** WINDOW_BITS / 32).fill(0xffffffff),
      windowBits: WINDOW_BITS,
      keywords: [word('aaa', true)],
    };
    const kernel = create(tables);
    const hay = new Uint8Array(BLOCK + 10).fill(0x41);
    for (let round = 0; round < 2; round++) {
      kernel.scan(hay, 10, BLOCK + 10, hay.length);
      expect(kernel.keywordCount).toBe(BLOCK - 2);
      // Around each probe, and ahead of the first one; the plain kernel leaves out those that the data's end cuts.
      const probes = Math.ceil((BLOCK - 3) / PROBE_STRIDE);
      expect(PROBE_STRIDE * probes - kernel.windowCount).toBeLessThan(8);
      expect(Math.max(...windowHits(kernel))).toBeLessThan(hay.length);
    }
    kernel.scan(new Uint8Array(BLOCK), 0, BLOCK, BLOCK);
    expect(kernel.keywordCount).toBe(0);
  });

  test('names no window that is not set, though the gram in it is', () => {
    const set: KernelTables = {
      ...tablesOf([]),
      grams: new Uint32Array(2 ** GRAM_BITS / 32).fill(0xffffffff),
    };
    const hay = Uint8Array.from({ length: 1000 }, (_, i) => (i * i) & 255);
    const kernel = create(set);
    kernel.scan(hay, 100, 900, hay.length);
    expect(kernel.windowCount).toBe(0);
  });

  test('forgets the bytes of the scan before', () => {
    const kernel = create(tablesOf(WORDS));
    const hay = Buffer.from(`${'x'.repeat(100)}${'password'.repeat(20)}\\`);
    kernel.scan(hay, 0, hay.length, hay.length);
    kernel.scan(hay, 0, 100, 100);
    expect(kernel.keywordCount).toBe(0);
    expect(kernel.seen).toBe(0);
    kernel.scan(hay, 50, 50, 50);
    expect([kernel.keywordCount, kernel.windowCount, kernel.seen]).toEqual([0, 0, 0]);
  });

  test('names nothing where there is nothing to seek', () => {
    const tables = tablesOf([]);
    const kernel = create(tables);
    const hay = Buffer.from('the password is a token, and so on');
    kernel.scan(hay, 0, hay.length, hay.length);
    expect([kernel.keywordCount, kernel.windowCount]).toEqual([0, 0]);
  });
});

test('more keywords than numbers are left to the plain kernel', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => word(`k${n}=`, false));
  const create = (count: number) => createWasmKernel(loadKernelModule(), tablesOf(many(count)));
  expect(create(MOST_KEYWORDS).name).toBe('wasm');
  const kernel = create(MOST_KEYWORDS + 1);
  expect(kernel.name).toBe('reference');
  kernel.scan(Buffer.from('k0= k65534='), 0, 11, 11);
  expect(keywordHits(kernel)).toEqual(expect.arrayContaining([0, 4]));
});

test('where more keywords begin than the lists hold, each start is named once', () => {
  const keywords = Array.from({ length: 20 }, (_, more) => word('a'.repeat(3 + more), false));
  const kernel = createWasmKernel(loadKernelModule(), tablesOf(keywords));
  const hay = Buffer.alloc(BLOCK, 'a');
  kernel.scan(hay, 0, BLOCK, BLOCK);
  expect(keywordHits(kernel)).toEqual(Array.from({ length: BLOCK - 2 }, (_, p) => p));
  expect(new Set(kernel.keywordNumbers.subarray(0, kernel.keywordCount))).toEqual(new Set([SEVERAL]));
  // The next block has room again.
  kernel.scan(hay, 0, 4, 4);
  expect(keywordHits(kernel)).toEqual([0, 0, 1]);
});

test('the wasm kernel names the start and the number of each keyword, of those up to 32 bytes', () => {
  const keywords = WORDS.filter(({ bytes }) => bytes.length <= 32);
  const tables = tablesOf(keywords);
  const kernel = createWasmKernel(loadKernelModule(), tables);
  fc.assert(
    fc.property(haystacks(keywords, []), (hay) => {
      kernel.scan(hay, 0, hay.length, hay.length);
      const told = keywordHits(kernel).map((p, i) => [p, keywords[kernel.keywordNumbers[i]!]]);
      const each = keywords.flatMap((keyword) =>
        keywordStarts([keyword], hay, 0, hay.length, hay.length).map((p) => [p, keyword] as const),
      );
      expect(told).toEqual(each.sort(([a], [b]) => a - b));
    }),
    { numRuns: 300 },
  );
});
