import type { Matcher } from '../../src/engine/matcher.ts';
import { Output } from '../../src/engine/output.ts';
import { StreamRedactor } from '../../src/engine/stream-redactor.ts';
import { CriFrame } from '../../src/formats/cri.ts';
import { DockerJsonFrame } from '../../src/formats/docker-json.ts';
import type { EditingRedactor, Frame } from '../../src/formats/frame.ts';
import { FramedRedactor } from '../../src/formats/framed.ts';

export type FrameName = Frame['name'];
export const FRAMES: Readonly<Record<FrameName, () => Frame>> = {
  cri: () => new CriFrame(),
  docker: () => new DockerJsonFrame(),
};

/** A framed redactor with its output in hand; pushes copies that are spoilt after. */
export class FramedTap {
  readonly redactor: FramedRedactor;
  readonly #out = new Output(4096);
  readonly #parts: Buffer[] = [];

  constructor(name: FrameName, make: Matcher | (() => EditingRedactor)) {
    this.redactor = new FramedRedactor({
      frame: FRAMES[name](),
      makeRedactor: typeof make === 'function' ? make : (options) => new StreamRedactor(make, options),
      options: { json: 'auto', maxRecordBytes: 1024 * 1024 },
    });
  }

  push(chunk: Uint8Array | string): string {
    const copy = Buffer.from(chunk);
    try {
      this.redactor.push(copy, this.#out);
    } finally {
      copy.fill(0x7e);
    }
    return this.#taken();
  }

  idle(): string {
    this.redactor.idle(this.#out);
    return this.#taken();
  }

  end(): string {
    this.redactor.end(this.#out);
    return this.#taken();
  }

  discard(): string {
    this.redactor.discard(this.#out);
    return this.#taken();
  }

  all(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #taken(): string {
    const taken = Buffer.from(this.#out.take());
    this.#parts.push(taken);
    return taken.toString('latin1');
  }
}

/** Every chunk, then the end. */
export function redactFramed(name: FrameName, matcher: Matcher, chunks: Iterable<Uint8Array>): Buffer {
  const tap = new FramedTap(name, matcher);
  for (const chunk of chunks) tap.push(chunk);
  tap.end();
  return tap.all();
}
