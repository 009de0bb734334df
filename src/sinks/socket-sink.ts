import { Socket } from 'node:net';
import { type Sink, SinkError } from './sink.ts';

/**
 * Pipes, FIFOs and sockets. The first try of a write is a direct system call; what does not fit waits in
 * the event loop, so a stalled reader stops neither probes nor the other stream. Writers that share the
 * sink are served whole batch by whole batch.
 */
export class SocketSink implements Sink {
  readonly name: string;
  readonly #socket: Socket;
  #error: SinkError | null = null;
  /** Fails of the writes that wait; a destroyed socket does not call every one of them itself. */
  readonly #waiting = new Set<(error: SinkError) => void>();

  constructor(fd: number, name: string) {
    this.name = name;
    this.#socket = new Socket({ fd, readable: false, writable: true });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((done, fail) => {
      if (this.#error !== null) return fail(this.#error);
      this.#waiting.add(fail);
      this.#socket.write(bytes, (error) => {
        if (error) return this.#fail(error);
        this.#waiting.delete(fail);
        done();
      });
    });
  }

  giveUp(): void {
    this.#end(new SinkError('E_SINK_GIVEN_UP', this.name, 'EAGAIN'));
  }

  #fail(error: NodeJS.ErrnoException): void {
    const errno = error.code ?? 'unknown';
    const closed = errno === 'EPIPE' || errno === 'ECONNRESET';
    this.#end(new SinkError(closed ? 'E_SINK_CLOSED' : 'E_SINK_FAILED', this.name, errno));
  }

  #end(error: SinkError): void {
    this.#error ??= error;
    for (const fail of this.#waiting) fail(this.#error);
    this.#waiting.clear();
    this.#socket.destroy();
  }
}
