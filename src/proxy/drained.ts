import type { Writable } from 'node:stream';

/** Settles when a stream takes bytes again, or has closed. */
export function drained(stream: Writable): Promise<void> {
  if (stream.destroyed) return Promise.resolve();
  return new Promise((done) => {
    const settle = (): void => {
      stream.off('drain', settle);
      stream.off('close', settle);
      done();
    };
    stream.once('drain', settle);
    stream.once('close', settle);
  });
}
