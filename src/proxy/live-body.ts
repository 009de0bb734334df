import type { Matcher } from '../engine/matcher.ts';
import { Output } from '../engine/output.ts';
import type { BodyRedactor } from '../formats/body.ts';
import type { Protocol } from '../formats/protocols.ts';
import { within } from '../pipeline/silence.ts';
import type { Surroundings } from './route.ts';

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
  #bytesIn = 0;
  #bytesOut = 0;
  #records = 0;
  #busyMs = 0;

  private constructor(protocol: Protocol, surroundings: Surroundings, make: MakeBody) {
    this.#protocol = protocol;
    this.#surroundings = surroundings;
    this.#matcher = surroundings.supply.current;
    this.#redactor = make(this.#matcher);
    surroundings.supply.attach(this);
  }

  /** A body may hold a value that was rotated in a moment ago: changes noticed so far are taken first. */
  static async open(protocol: Protocol, surroundings: Surroundings, make: MakeBody): Promise<LiveBody> {
    const taking = surroundings.supply.taking();
    if (taking !== null) await within(taking, surroundings.holdMs, () => {});
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

  close(): void {
    const { supply, observer } = this.#surroundings;
    supply.detach(this);
    observer.batch({
      stream: this.#protocol,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      records: this.#records,
      held: 0,
      latencyMs: this.#busyMs,
    });
  }

  #step(bytes: number, run: () => void): Buffer {
    const since = performance.now();
    try {
      run();
    } finally {
      this.#tellFindings();
    }
    const decided = Buffer.from(this.#out.take());
    this.#busyMs += performance.now() - since;
    this.#bytesIn += bytes;
    this.#bytesOut += decided.length;
    this.#records = this.#redactor.records;
    return decided;
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
