import type { Matcher } from '../engine/matcher.ts';
import { Output } from '../engine/output.ts';
import type { Redactor } from '../engine/redactor.ts';
import type { Observer, StreamName } from '../observe/observer.ts';
import { type Sink, SinkError } from '../sinks/sink.ts';
import { type Batch, type Source, SourceError } from '../sources/source.ts';
import { changesTaken } from './changes-taken.ts';
import { codeOf } from './error-code.ts';
import { SILENT, within } from './silence.ts';

/**
 * How a stream came to its end: everything went out; whoever read our output is gone; or bytes were not
 * passed on (a fault under `hold`, a failed read or write), and the observer was told.
 */
export type StreamEnd = 'done' | 'downstream-closed' | 'failed';

export interface StreamParts {
  readonly name: StreamName;
  readonly source: Source;
  readonly sink: Sink;
  readonly redactor: Redactor;
  readonly observer: Observer;
  readonly onFault: 'hold' | 'drop' | 'pass';
  /** Silence after which held bytes are decided, in milliseconds; also the longest wait for a changed secret. */
  readonly holdMs: number;
  /** Settles when every change of the secrets noticed so far is in use; null when nothing is under way. */
  readonly taking: () => Promise<void> | null;
}

/** The most a pipe can be made to hold without privileges: more than that came in after `stop`. */
const PIPE_BYTES = 1024 * 1024;
/** A pipe that gave nothing for this long was empty. */
const EMPTY_MS = 20;

/** Ends the loop after a fault under `hold`; the observer was told. */
class Held extends Error {}

/**
 * One stream of bytes: source -> redactor -> sink, one batch at a time, so that a slow sink is pressure
 * on the source and memory stays bounded by one batch. A new matcher is taken between two batches.
 */
export class Stream {
  readonly #parts: StreamParts;
  readonly #out = new Output();
  #matcher: Matcher;
  #pending: Promise<Batch | null> | null = null;
  /** Null until `stop`. */
  #stopping: { readonly silenceMs: number; readonly until: number; readonly from: number } | null = null;
  #nudge: (() => void) | null = null;
  readonly #arm = (nudge: (() => void) | null): void => {
    this.#nudge = nudge;
  };
  #bytesIn = 0;
  #records = 0;

  constructor(parts: StreamParts, matcher: Matcher) {
    this.#parts = parts;
    this.#matcher = matcher;
  }

  /** From the next step on, held bytes included, `matcher` decides; the old one is not used again. */
  setMatcher(matcher: Matcher): void {
    this.#matcher = matcher;
    this.#parts.redactor.swap(matcher);
  }

  /**
   * Reads on until the source has been silent for `silenceMs`, then ends as if the source had. After
   * `limitMs` it ends as soon as what stood in the pipe by now is out; a slow sink makes that later.
   */
  stop(silenceMs: number, limitMs: number): void {
    if (this.#stopping !== null) return;
    this.#stopping = { silenceMs, until: performance.now() + limitMs, from: this.#bytesIn };
    this.#nudge?.();
  }

  /** Reads no more; what was read still goes out. */
  closeSource(): void {
    this.#parts.source.close();
  }

  /** Runs to the end; never rejects. */
  async run(): Promise<StreamEnd> {
    const { redactor } = this.#parts;
    try {
      for (;;) {
        const batch = await this.#next();
        if (batch === null) break;
        const since = performance.now();
        if (batch === SILENT) await this.#step(() => redactor.idle(this.#out), null, since);
        else {
          await changesTaken(this.#parts, this.#parts.holdMs);
          await this.#step(() => redactor.push(batch.bytes, this.#out), batch, since);
        }
      }
      await this.#step(() => redactor.end(this.#out), null, performance.now());
      return 'done';
    } catch (error) {
      return await this.#ended(error);
    } finally {
      this.#parts.source.close();
    }
  }

  /** The next batch, null at the end, or SILENT when held bytes are due. */
  async #next(): Promise<Batch | typeof SILENT | null> {
    const { source, redactor, holdMs } = this.#parts;
    this.#pending ??= source.read();
    for (;;) {
      const stopping = this.#stopping !== null;
      const ms = this.#leftMs() ?? (redactor.held > 0 ? holdMs : null);
      const batch = await within(this.#pending, ms, this.#arm);
      if (batch !== SILENT) {
        this.#pending = null;
        return batch;
      }
      if (stopping) source.close();
      else if (this.#stopping === null) return SILENT;
    }
  }

  /** How long to wait for a batch once `stop` was called; null before. */
  #leftMs(): number | null {
    if (this.#stopping === null) return null;
    const { silenceMs, until, from } = this.#stopping;
    if (performance.now() < until) return silenceMs;
    if (this.#bytesIn - from > PIPE_BYTES) this.#parts.source.close();
    return EMPTY_MS;
  }

  /** Runs one step of the redactor, writes what it decided, tells the observer. */
  async #step(run: () => void, batch: Batch | null, started: number): Promise<void> {
    const { name, redactor, observer, sink } = this.#parts;
    const bytesIn = batch?.bytes.length ?? 0;
    this.#bytesIn += bytesIn;
    let fault: unknown = null;
    try {
      run();
    } catch (error) {
      fault = error;
    }
    const raw = fault === null ? null : this.#onFault(fault, batch);
    this.#tellFindings();
    const decided = this.#out.take();
    if (decided.length > 0) await sink.write(decided);
    if (raw !== null) await sink.write(raw);
    if (fault !== null && this.#parts.onFault === 'hold') throw new Held();
    batch?.ack();
    observer.batch({
      stream: name,
      bytesIn,
      bytesOut: decided.length + (raw?.length ?? 0),
      records: redactor.records - this.#records,
      held: redactor.held,
      latencyMs: performance.now() - started,
    });
    this.#records = redactor.records;
  }

  /** What goes out raw: nothing, unless `pass` was asked for. */
  #onFault(error: unknown, batch: Batch | null): Uint8Array | null {
    const { name, redactor, observer, onFault } = this.#parts;
    const raw = onFault === 'pass' && batch !== null ? batch.bytes : null;
    observer.fault({
      kind: 'engine',
      stream: name,
      action: onFault,
      code: codeOf(error),
      unscannedBytes: raw?.length ?? 0,
    });
    observer.say('error', 'E_ENGINE_FAULT', faultText(this.#parts, this.#bytesIn, batch));
    // Part of the batch may stand in the output already; under `pass` all of it follows.
    if (raw !== null) this.#out.take();
    if (onFault !== 'hold') redactor.discard(this.#out);
    return raw;
  }

  #tellFindings(): void {
    const { name, redactor, observer } = this.#parts;
    const list = redactor.findings;
    if (list.length === 0) return;
    observer.findings({ stream: name, list, rules: this.#matcher.rules });
    list.clear();
  }

  async #ended(error: unknown): Promise<StreamEnd> {
    const { name, observer, redactor } = this.#parts;
    if (error instanceof Held) return 'failed';
    if (error instanceof SinkError) {
      if (error.code === 'E_SINK_CLOSED') return 'downstream-closed';
      const fault = { kind: 'output', stream: name, action: 'hold', unscannedBytes: 0 } as const;
      observer.fault({ ...fault, code: error.code });
      observer.say('error', error.code, error.message);
      return 'failed';
    }
    if (error instanceof SourceError) {
      observer.say('error', error.code, error.message);
      await this.#step(() => redactor.end(this.#out), null, performance.now()).catch(() => {});
      return 'failed';
    }
    // A fault while handling a fault: nothing more goes out, and its message may quote input.
    observer.say(
      'error',
      codeOf(error),
      `${name}: stopped by an internal error; nothing raw was written. ${REPORT}`,
    );
    return 'failed';
  }
}

const REPORT = 'Please report it with the version and the code.';

function faultText(parts: StreamParts, bytesIn: number, batch: Batch | null): string {
  const size = batch?.bytes.length ?? 0;
  const where = `${parts.name}: the redactor failed in the ${size} bytes that end at byte ${bytesIn}`;
  if (parts.onFault === 'hold') {
    return `${where}; they were not written and the stream ends here (--on-fault hold). To go on with a placeholder in their place, run with --on-fault drop. ${REPORT}`;
  }
  if (parts.onFault === 'drop') {
    return `${where}; a placeholder stands in their place (--on-fault drop). ${REPORT}`;
  }
  return `${where}; they were passed on UNSCANNED (--on-fault pass). ${REPORT}`;
}
