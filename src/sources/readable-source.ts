import type { Readable } from 'node:stream';
import { type Batch, type Source, SourceError } from './source.ts';

/** A stream that Node opened itself, where a descriptor cannot be had. */
export class ReadableSource implements Source {
  readonly name: string;
  readonly #readable: Readable;
  readonly #chunks: AsyncIterator<Buffer>;

  constructor(readable: Readable, name: string) {
    this.name = name;
    this.#readable = readable;
    this.#chunks = readable[Symbol.asyncIterator]();
  }

  async read(): Promise<Batch | null> {
    try {
      const chunk = await this.#chunks.next();
      return chunk.done === true ? null : { bytes: chunk.value, ack: () => {} };
    } catch (error) {
      const errno = (error as NodeJS.ErrnoException).code ?? 'unknown';
      if (errno === 'ERR_STREAM_PREMATURE_CLOSE' || errno === 'ABORT_ERR') return null;
      throw new SourceError(this.name, errno);
    }
  }

  close(): void {
    this.#readable.destroy();
  }
}
