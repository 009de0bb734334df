import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';
import type { LineListener, RedactorOptions } from '../engine/redactor.ts';
import { StreamRedactor } from '../engine/stream-redactor.ts';
import { type BodyRedactor, OriginList } from './body.ts';
import { OriginGuard, type Said } from './origin-guard.ts';

/** Where the lines of a text say that they come from. */
export interface TextOrigins {
  /** What the request says of all of them, as it came. */
  readonly said?: readonly Said[];
  /** What the head of a line says; for `json: 'never'` only. */
  readonly readHead?: (head: Uint8Array) => readonly Said[];
}

/** A body of lines: text, or JSON where a line looks like it. */
export class TextBody implements BodyRedactor {
  readonly origins = new OriginList();
  readonly #redactor: StreamRedactor;
  readonly #said: readonly Said[];
  readonly #guard: OriginGuard;

  constructor(matcher: Matcher, options: RedactorOptions, { said = [], readHead }: TextOrigins = {}) {
    this.#said = said;
    this.#guard = new OriginGuard(matcher);
    const lines: LineListener = {
      finding: (bytes, from, to) => {
        const head = from === -1 ? [] : readHead!(bytes.subarray(from, Math.max(from, to)));
        this.origins.tell(this.origins.length + 1, this.#guard.of(head));
      },
    };
    this.#redactor = new StreamRedactor(matcher, readHead === undefined ? options : { ...options, lines });
  }

  get findings(): FindingList {
    return this.#redactor.findings;
  }

  get held(): number {
    return this.#redactor.held;
  }

  get records(): number {
    return this.#redactor.records;
  }

  push(chunk: Uint8Array, out: Output): void {
    this.#redactor.push(chunk, out);
    this.#tell();
  }

  /** Decides what is held, as after silence; more may come. */
  idle(out: Output): void {
    this.#redactor.idle(out);
    this.#tell();
  }

  end(out: Output): void {
    this.#redactor.end(out);
    this.#tell();
  }

  swap(matcher: Matcher): void {
    this.#redactor.swap(matcher);
    this.#guard.swap(matcher);
  }

  #tell(): void {
    if (this.#said.length > 0 && this.findings.length > this.origins.length)
      this.origins.tell(this.findings.length, this.#guard.of(this.#said));
  }
}
