import { type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one request with its body in these chunks; chunked unless a Content-Length is among the headers. */
export function ask(port: number, asked: Asked, chunks: readonly Uint8Array[] = []): Promise<Got> {
  const { method = 'POST', path, headers = {} } = asked;
  return new Promise((done, fail) => {
    const sent = request({ port, host: '127.0.0.1', method, path, headers });
    sent.on('error', fail);
    sent.on('response', (response) => {
      const got: Buffer[] = [];
      response.on('data', (chunk: Buffer) => got.push(chunk));
      response.on('error', fail);
      response.on('end', () =>
        done({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(got).toString(),
        }),
      );
    });
    for (const chunk of chunks) sent.write(chunk);
    sent.end();
  });
}

/** The bytes of a request's head, its empty line included. */
export function headBytes({ method = 'POST', path, headers = {} }: Asked): Buffer {
  const lines = Object.entries({ host: 'proxy', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
}

/** The bytes of a request with a Content-Length. */
export function requestBytes(asked: Asked, body: Uint8Array): Buffer {
  const headers = { ...asked.headers, 'content-length': String(body.length) };
  return Buffer.concat([headBytes({ ...asked, headers }), body]);
}

/** One chunk of a chunked body. */
export function chunkBytes(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** A client that writes bytes as they are, on one connection. */
export class RawClient {
  readonly socket: Socket;
  /** Settles when the connection is gone. */
  readonly closed: Promise<void>;
  gone = false;
  #came = Buffer.alloc(0);
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      this.#came = Buffer.concat([this.#came, bytes]);
      for (const look of this.#waiting) look();
    });
    this.closed = new Promise((done) => {
      socket.on('close', () => {
        this.gone = true;
        for (const look of this.#waiting) look();
        done();
      });
    });
  }

  static open(port: number): RawClient {
    return new RawClient(connect(port, '127.0.0.1'));
  }

  write(...parts: readonly (Uint8Array | string)[]): this {
    for (const part of parts) this.socket.write(part);
    return this;
  }

  /** Settles with the next `count` answers, fewer when the connection ends before. */
  answers(count: number): Promise<Got[]> {
    const answers: Got[] = [];
    return new Promise((done) => {
      const look = (): void => {
        for (let cut = cutAnswer(this.#came); cut !== null && answers.length < count; ) {
          answers.push(cut.got);
          this.#came = this.#came.subarray(cut.end);
          cut = cutAnswer(this.#came);
        }
        if (answers.length < count && !this.gone) return;
        this.#waiting.delete(look);
        done(answers);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The status of the one next answer; null when the connection ended without. */
  async status(): Promise<number | null> {
    return (await this.answers(1))[0]?.status ?? null;
  }

  async close(): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }
}

/** The answer at the beginning of `bytes`, none of which is chunked; null when it is not all there. */
function cutAnswer(bytes: Buffer): { got: Got; end: number } | null {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return null;
  const [line = '', ...fields] = bytes.toString('latin1', 0, head).split('\r\n');
  const headers = Object.fromEntries(
    fields.map((one) => [
      one.slice(0, one.indexOf(':')).toLowerCase(),
      one.slice(one.indexOf(':') + 1).trim(),
    ]),
  );
  const end = head + 4 + Number(headers['content-length'] ?? 0);
  if (bytes.length < end) return null;
  return {
    got: { status: Number(line.split(' ')[1]), headers, body: bytes.toString('utf8', head + 4, end) },
    end,
  };
}
