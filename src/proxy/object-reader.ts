import type { Socket } from 'node:net';
import { BodyError } from '../formats/body.ts';
import { HeldBytes } from '../formats/held-bytes.ts';
import { ObjectCut } from '../formats/msgpack.ts';

/** Handshakes and acks are far smaller. */
const MAX_OBJECT_BYTES = 64 * 1024;

/** MessagePack objects off a connection, one at a time; then, where other things follow, the bytes. */
export class ObjectReader {
  /** The connection's chunks behind `rest`. */
  readonly chunks: AsyncIterator<Buffer>;
  readonly #held = new HeldBytes();
  readonly #cut = new ObjectCut(MAX_OBJECT_BYTES);

  constructor(socket: Socket) {
    // The other half of the connection may have to go on when this one has ended.
    this.chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  }

  /** The next object; null when the connection ended. @throws BodyError; what the connection throws */
  async next(): Promise<Buffer | null> {
    for (;;) {
      const end = this.#cut.end(this.#held.bytes);
      if (end !== null) {
        const object = Buffer.from(this.#held.bytes.subarray(0, end));
        this.#held.drop(end);
        return object;
      }
      const came = await this.chunks.next();
      if (came.done === true) {
        if (this.#held.length > 0) throw new BodyError('malformed', 'the connection ended inside an object');
        return null;
      }
      this.#held.take(came.value);
    }
  }

  /** What has come behind the last object already. */
  rest(): Buffer {
    const rest = Buffer.from(this.#held.bytes);
    this.#held.drop(rest.length);
    return rest;
  }
}
