import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { codeOf } from '../../src/pipeline/error-code.ts';

/** What one request carries. */
export interface Batch {
  readonly ids: readonly string[];
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in pieces with pauses between them, so that a fault finds it half sent. */
  readonly slow: boolean;
}

export interface Endpoint {
  readonly port: number;
  readonly path: string;
  /** Whether a 2xx answer says that everything was taken. */
  readonly took: (answer: string) => boolean;
}

const PIECE = 8 * 1024;
const AGAIN_MS = 50;

/** What log shippers do: each batch is sent until a 2xx says that it was taken, however often that needs. */
export class Shipper {
  /** Requests made. */
  attempts = 0;
  /** Why a request had to be made again -> how often: a status, or the code of a connection's error. */
  readonly troubles = new Map<string, number>();
  /** Answers that a shipper would not try again, and 503 without Retry-After. */
  readonly wrong: string[] = [];
  readonly #endpoint: Endpoint;
  readonly #pool: Pool;
  readonly #delivered: () => void;

  /** @param delivered told of every batch that an answer has confirmed */
  constructor(endpoint: Endpoint, lanes: number, delivered: () => void) {
    this.#endpoint = endpoint;
    this.#pool = new Pool(`http://127.0.0.1:${endpoint.port}`, { connections: lanes, pipelining: 1 });
    this.#delivered = delivered;
  }

  /** Sends every batch, `lanes` of them at a time. @returns how often each batch was sent */
  async send(batches: readonly Batch[], lanes: number): Promise<Map<Batch, number>> {
    const times = new Map<Batch, number>();
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
        times.set(batch, await this.#untilTaken(batch));
        this.#delivered();
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    await this.#pool.close();
    return times;
  }

  async #untilTaken(batch: Batch): Promise<number> {
    for (let times = 1; ; times++) {
      this.attempts++;
      const trouble = await this.#once(batch);
      if (trouble === null) return times;
      this.troubles.set(trouble, (this.troubles.get(trouble) ?? 0) + 1);
      await pause(AGAIN_MS);
    }
  }

  /** Null when the batch was taken, or is given up: what must not be was answered. */
  async #once({ body, headers, slow }: Batch): Promise<string | null> {
    const { path, took } = this.#endpoint;
    try {
      const sent = slow ? Readable.from(inPieces(body)) : body;
      const asked = { path, method: 'POST', headers, body: sent } as const;
      const { statusCode, headers: said, body: answer } = await this.#pool.request(asked);
      const text = await answer.text();
      if (statusCode >= 200 && statusCode < 300) return took(text) ? null : 'an answer that takes nothing';
      if (statusCode !== 503) {
        this.wrong.push(`a batch was refused with ${statusCode}`);
        return null;
      }
      if (said['retry-after'] === undefined) this.wrong.push('503 without Retry-After');
      return String(statusCode);
    } catch (error) {
      return codeOf(error);
    }
  }
}

async function* inPieces(body: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += PIECE) {
    yield body.subarray(at, at + PIECE);
    await pause(1);
  }
}
