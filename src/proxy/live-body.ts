import type { Matcher } from '../engine/matcher.ts';
import { Output } from '../engine/output.ts';
import type { BodyRedactor } from '../formats/body.ts';
import type { Protocol } from '../formats/protocols.ts';
import { changesTaken } from '../pipeline/changes-taken.ts';
import type { Surroundings } from './route.ts';

const NOTHING = Buffer.alloc(0);

/** Makes the redactor of one body for the matcher in use. */
export type MakeBody = (matcher: Matcher) => BodyRedactor;

/**
 * One body on its way through: it follows the matcher in use, and tells the observer what was found. Close it
 * when the body has ended, however it did.
 */
export class LiveBody {
  readonly #protocol: Protocol;
  readonly #surroundings: Surroundings;
  readonly #redactor: BodyRedactor;
  readonly #out = new Output(16 * 1024);
  #matcher: Matcher;
  #records = 0;

  private constructor(protocol: Protocol, surroundings: Surroundings, make: MakeBody) {
    this.#protocol = protocol;
    this.#surroundings = surroundings;
    this.#matcher = surroundings.supply.current;
    this.#redactor = make(this.#matcher);
    surroundings.supply.attach(this);
  }

  /** Attached to the matcher in use, which has taken the changes noticed so far. */
  static async open(protocol: Protocol, surroundings: Surroundings, make: MakeBody): Promise<LiveBody> {
    await changesTaken(surroundings.supply, surroundings.holdMs);
    return new LiveBody(protocol, surroundings, make);
  }

  setMatcher(matcher: Matcher): void {
    this.#redactor.swap(matcher);
    // What was found so far goes by the old rules.
    this.#tellFindings();
    this.#matcher = matcher;
  }

  /**
   * The bytes that `chunk` decided; in memory of their own.
   * @throws BodyError, or what the engine throws on a fault: then nothing more may leave
   */
  push(chunk: Uint8Array): Buffer {
    return this.#step(chunk.length, () => this.#redactor.push(chunk, this.#out));
  }

  /** What silence decides. @throws as `push` */
  idle(): Buffer {
    return this.#step(0, () => this.#redactor.idle?.(this.#out));
  }

  /** The bytes that were held. @throws as `push` */
  end(): Buffer {
    return this.#step(0, () => this.#redactor.end(this.#out));
  }

  /** After a BodyError: the bytes that were decided ahead of what was wrong. */
  ahead(): Buffer {
    return Buffer.from(this.#out.take());
  }

  close(): void {
    this.#surroundings.supply.detach(this);
  }

  #step(bytesIn: number, run: () => void): Buffer {
    const since = performance.now();
    let decided: Buffer = NOTHING;
    try {
      run();
      decided = Buffer.from(this.#out.take());
    } finally {
      this.#tellFindings();
      this.#tellBatch(bytesIn, decided.length, performance.now() - since);
    }
    return decided;
  }

  /** What is held is a number of one body, and there are many: the sum of them is not known here. */
  #tellBatch(bytesIn: number, bytesOut: number, latencyMs: number): void {
    const records = this.#redactor.records - this.#records;
    this.#records = this.#redactor.records;
    const stream = this.#protocol;
    this.#surroundings.observer.batch({ stream, bytesIn, bytesOut, records, held: 0, latencyMs });
  }

  #tellFindings(): void {
    const { findings: list, origins } = this.#redactor;
    if (list.length === 0) return;
    const { rules } = this.#matcher;
    this.#surroundings.observer.findings({ stream: this.#protocol, list, rules, origins });
    list.clear();
    origins.clear();
  }
}
