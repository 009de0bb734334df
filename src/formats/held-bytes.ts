/** Bytes that wait for the rest of their record. The memory grows to the largest record and is kept. */
export class HeldBytes {
  #buffer: Uint8Array = Buffer.allocUnsafeSlow(16 * 1024);
  length = 0;

  /** What is held; valid until the next call of `take` or `drop`. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }

  /** Appends a copy of `chunk`. */
  take(chunk: Uint8Array): void {
    if (this.length + chunk.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.length + chunk.length));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.length);
    this.length += chunk.length;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    // A record that comes in many chunks would move each time as far as it has come.
    if (count === 0) return;
    this.#buffer.copyWithin(0, count, this.length);
    this.length -= count;
  }
}
