import type { Kernel, KernelTables } from './kernel.ts';
import { type KeywordPlan, planKeywords } from './keyword-plan.ts';
import * as layout from './layout.ts';
import { createReferenceKernel } from './reference.ts';

/** A compiled `kernel.wasm`: an instance of WebAssembly.Module, which only the DOM's types know. */
export type KernelModule = object;

declare const WebAssembly: {
  readonly Instance: new (module: KernelModule) => { readonly exports: unknown };
};

/** What `assembly/index.ts` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  configureNeedles(gramBits: number, windowsAt: number, windowBits: number): void;
  configureKeywords(tagsAt: number, entriesAt: number, furthest: number): void;
  scan(size: number, limit: number, base: number): void;
}

const PAGE = 64 * 1024;
/** Numbers plus one have 16 bits, and the last one is SEVERAL. Thousands of short values with names of their own come near. */
export const MOST_KEYWORDS = layout.SEVERAL - 1;

/**
 * The kernel in WebAssembly; README.md tells how it works. Synchronous: an instance is made here, the
 * module is compiled and handed in by an edge. Holds a copy of the grams: share one kernel per thread. More than
 * MOST_KEYWORDS keywords are the plain kernel's.
 * @param plan what `planKeywords` made of the same keywords, kept from before
 */
export function createWasmKernel(module: KernelModule, tables: KernelTables, plan?: KeywordPlan): Kernel {
  if (tables.keywords.length > MOST_KEYWORDS) return createReferenceKernel(tables);
  return new WasmKernel(new WebAssembly.Instance(module).exports as Exports, tables, plan);
}

class WasmKernel implements Kernel {
  readonly name = 'wasm';
  readonly windowHits: Uint32Array;
  readonly keywordHits: Uint32Array;
  readonly keywordNumbers: Uint16Array;
  readonly openers: Uint32Array;
  readonly busy: Uint32Array;
  readonly lineEnds: Uint32Array;
  windowCount = 0;
  keywordCount = 0;
  seen = 0;
  lineCount = 0;
  readonly #exports: Exports;
  readonly #block: Uint8Array;
  readonly #results: Int32Array;
  /** Bytes behind `to` that decide whether a keyword begins before it. */
  readonly #ahead: number;

  constructor(exports: Exports, tables: KernelTables, plan: KeywordPlan = planKeywords(tables.keywords)) {
    const needleWindowsAt = layout.GRAMS_AT + tables.grams.byteLength;
    const tagsAt = needleWindowsAt + tables.windows.byteLength;
    const entriesAt = tagsAt + plan.tags.length;
    const size = entriesAt + plan.entries.length;
    exports.memory.grow(Math.ceil((size - exports.memory.buffer.byteLength) / PAGE));
    const { buffer } = exports.memory;
    const bytes = new Uint8Array(buffer);
    bytes.set(plan.rows, layout.ROWS_AT);
    bytes.set(asBytes(plan.chains), layout.CHAINS_AT);
    bytes.set(asBytes(plan.shortChains), layout.SHORT_CHAINS_AT);
    bytes.set(asBytes(tables.grams), layout.GRAMS_AT);
    bytes.set(asBytes(tables.windows), needleWindowsAt);
    bytes.set(plan.tags, tagsAt);
    bytes.set(plan.entries, entriesAt);
    exports.configureNeedles(tables.gramBits, needleWindowsAt, tables.windowBits);
    exports.configureKeywords(tagsAt, entriesAt, plan.reach);
    this.#exports = exports;
    const blockEnd = layout.BLOCK_AT + layout.BLOCK_SIZE + layout.SLACK;
    this.#block = bytes.subarray(layout.BLOCK_AT - layout.LEAD, blockEnd);
    this.#ahead = Math.max(WINDOW_AHEAD, plan.reach + layout.KEYWORD_MAX);
    this.#results = new Int32Array(buffer, layout.RESULTS_AT, 4);
    this.windowHits = new Uint32Array(buffer, layout.WINDOW_HITS_AT, layout.WINDOW_HITS_SIZE);
    this.keywordHits = new Uint32Array(buffer, layout.KEYWORD_HITS_AT, layout.BLOCK_SIZE);
    this.openers = new Uint32Array(buffer, layout.OPENERS_AT, layout.BLOCK_SIZE / 32);
    this.busy = new Uint32Array(buffer, layout.BUSY_AT, layout.BLOCK_SIZE / 1024);
    this.lineEnds = new Uint32Array(buffer, layout.LINE_ENDS_AT, layout.BLOCK_SIZE / 32);
    this.keywordNumbers = new Uint16Array(buffer, layout.KEYWORD_NUMBERS_AT, layout.BLOCK_SIZE);
  }

  scan(haystack: Uint8Array, from: number, to: number, end: number): void {
    const limit = Math.min(end, to + this.#ahead) - from;
    const lead = Math.min(from, layout.LEAD);
    this.#block.set(haystack.subarray(from - lead, from + limit), layout.LEAD - lead);
    this.#exports.scan(to - from, limit, from);
    this.windowCount = this.#results[0]!;
    this.keywordCount = this.#results[1]!;
    this.seen = this.#results[2]!;
    this.lineCount = this.#results[3]!;
  }
}

/** A window that begins at the last byte before `to` reads 7 more. */
const WINDOW_AHEAD = 7;

function asBytes(array: Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
