import type { Matcher } from '../engine/matcher.ts';
import { MAX_ORIGIN_BYTES, type Origin } from './body.ts';
import { FieldRedactor } from './fields.ts';

/** A name of an origin's part, and what the record says it is. */
export type Said = readonly [name: string, value: string];

/** Control, format, private and unassigned characters, lone surrogates; line and paragraph separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
/** Values whose outcome is remembered: 300 bytes each at most. Full means: begin anew. */
const MAX_REMEMBERED = 1000;

/** Whether a value may name something: printable, and no longer than MAX_ORIGIN_BYTES. */
export function isName(value: string): boolean {
  return value !== '' && Buffer.byteLength(value) <= MAX_ORIGIN_BYTES && !UNPRINTABLE.test(value);
}

/**
 * Makes origins of what stands outside the redacted bytes, or was not looked at alone: what is no name is left
 * out, and so is every value in which the matcher finds something.
 */
export class OriginGuard {
  #matcher: Matcher;
  #fields: FieldRedactor | null = null;
  readonly #clean = new Map<string, boolean>();

  constructor(matcher: Matcher) {
    this.#matcher = matcher;
  }

  swap(matcher: Matcher): void {
    this.#matcher = matcher;
    this.#fields = null;
    this.#clean.clear();
  }

  /** Of parts with one name the first counts; null when none is left. */
  of(said: Iterable<Said>): Origin | null {
    const origin = new Map<string, string>();
    for (const [name, value] of said)
      if (!origin.has(name) && isName(value) && this.#isClean(name, value)) origin.set(name, value);
    return origin.size === 0 ? null : Object.fromEntries(origin);
  }

  #isClean(name: string, value: string): boolean {
    const key = `${name}=${value}`;
    const known = this.#clean.get(key);
    if (known !== undefined) return known;
    this.#fields ??= new FieldRedactor(this.#matcher, 2 * MAX_ORIGIN_BYTES);
    this.#fields.add(Buffer.from(name), Buffer.from(value));
    this.#fields.redact();
    const clean = this.#fields.findings.length === 0;
    this.#fields.findings.clear();
    if (this.#clean.size >= MAX_REMEMBERED) this.#clean.clear();
    this.#clean.set(key, clean);
    return clean;
  }
}

/** What two readings of one text, before and after it was redacted, both say. */
export function unchanged(before: readonly Said[], after: readonly Said[]): Said[] {
  return before.filter(([name, value]) => after.some(([other, same]) => other === name && same === value));
}
