/** What the benchmark uses of a library that brings no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface Options {
    readonly url: string;
    readonly method: 'POST';
    readonly connections: number;
    /** Requests in all. */
    readonly amount: number;
    /** How often it looks whether it is done, in milliseconds. */
    readonly sampleInt: number;
    /** Seconds until a request is given up. */
    readonly timeout: number;
    /** Sent in turn, on each connection from the first on. */
    readonly requests: readonly {
      readonly body: Buffer;
      readonly headers: Readonly<Record<string, string>>;
    }[];
  }

  export interface Result {
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
  }

  /** Emits `response` (client, status code, bytes, milliseconds). */
  export default function autocannon(
    options: Options,
    done: (error: Error | null, result: Result) => void,
  ): EventEmitter;
}
