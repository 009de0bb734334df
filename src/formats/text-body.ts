import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';
import type { RedactorOptions } from '../engine/redactor.ts';
import { StreamRedactor } from '../engine/stream-redactor.ts';
import { type BodyRedactor, OriginList } from './body.ts';

/** A body of lines: text, or JSON where a line looks like it. It does not say where a record comes from. */
export class TextBody implements BodyRedactor {
  readonly origins = new OriginList();
  readonly #redactor: StreamRedactor;

  constructor(matcher: Matcher, options: RedactorOptions) {
    this.#redactor = new StreamRedactor(matcher, options);
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
  }

  /** Decides what is held, as after silence; more may come. */
  idle(out: Output): void {
    this.#redactor.idle(out);
  }

  end(out: Output): void {
    this.#redactor.end(out);
  }

  swap(matcher: Matcher): void {
    this.#redactor.swap(matcher);
  }
}
