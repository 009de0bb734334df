import type { EditSink } from './edits.ts';
import type { Output } from './output.ts';

/** Writes edits and what stands between them to an Output. */
export class DirectSink implements EditSink {
  out: Output | null = null;
  #bytes: Uint8Array = new Uint8Array(0);
  #base = 0;
  #at = 0;

  begin(bytes: Uint8Array, base: number, at: number): void {
    this.#bytes = bytes;
    this.#base = base;
    this.#at = at;
  }

  replace(start: number, end: number, bytes: Uint8Array): void {
    this.decided(start);
    this.out!.append(bytes, 0, bytes.length);
    this.#at = end;
  }

  decided(offset: number): void {
    if (offset > this.#at) this.out!.append(this.#bytes, this.#at - this.#base, offset - this.#base);
    this.#at = Math.max(this.#at, offset);
  }
}
