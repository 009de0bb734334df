import { FindingList } from '../../src/engine/findings.ts';
import type { Matcher } from '../../src/engine/matcher.ts';
import type { Output } from '../../src/engine/output.ts';
import type { Redactor } from '../../src/engine/redactor.ts';
import type { Fault, Observer, Batch as Told } from '../../src/observe/observer.ts';
import type { Sink } from '../../src/sinks/sink.ts';
import type { Batch, Source } from '../../src/sources/source.ts';

/** Hands out given chunks, then ends. */
export class ListSource implements Source {
  readonly name = 'list';
  acked = 0;
  closed = false;
  readonly #chunks: string[];

  constructor(chunks: readonly string[]) {
    this.#chunks = [...chunks];
  }

  async read(): Promise<Batch | null> {
    const chunk = this.closed ? undefined : this.#chunks.shift();
    if (chunk === undefined) return null;
    return { bytes: Buffer.from(chunk), ack: () => void this.acked++ };
  }

  close(): void {
    this.closed = true;
  }
}

/** Keeps what it is given; `fail` makes every write fail. */
export class KeepingSink implements Sink {
  readonly name = 'keeping';
  text = '';
  fail: Error | null = null;

  async write(bytes: Uint8Array): Promise<void> {
    if (this.fail !== null) throw this.fail;
    this.text += Buffer.from(bytes).toString();
  }

  giveUp(): void {}
}

/** Passes everything on; a chunk with FAULT in it is half passed on and then throws. */
export class FaultyRedactor implements Redactor {
  readonly held = 0;
  readonly records = 0;
  readonly findings = new FindingList();
  swapped: number[] = [];

  push(chunk: Uint8Array, out: Output): void {
    const faulty = Buffer.from(chunk).includes('FAULT');
    out.append(chunk, 0, faulty ? 2 : chunk.length);
    if (faulty) throw new TypeError(`quotes ${Buffer.from(chunk).toString()}`);
  }

  idle(): void {}
  end(): void {}

  swap(matcher: Matcher): void {
    this.swapped.push(matcher.generation);
  }

  discard(out: Output): void {
    const placeholder = Buffer.from('[DISCARDED]');
    out.append(placeholder, 0, placeholder.length);
  }
}

/** Remembers what it was told. */
export class Ear implements Observer {
  readonly said: string[] = [];
  readonly faults: Fault[] = [];
  readonly batches: Told[] = [];
  readonly loaded: number[] = [];
  readonly failed: string[] = [];
  isReady: boolean | null = null;

  secretsLoaded({ generation }: { generation: number }): void {
    this.loaded.push(generation);
  }
  reloadFailed(problem: string): void {
    this.failed.push(problem);
  }
  swapped(): void {}
  batch(batch: Told): void {
    this.batches.push(batch);
  }
  findings(): void {}
  fault(fault: Fault): void {
    this.faults.push(fault);
  }
  ready(ready: boolean): void {
    this.isReady = ready;
  }
  say(_level: string, code: string, message: string): void {
    this.said.push(`${code} ${message}`);
  }
  async close(): Promise<boolean> {
    return true;
  }
}

/** A matcher that nothing is scanned with; `wiped` is told when its needles are overwritten. */
export function emptyMatcher(generation: number, wiped: (generation: number) => void = () => {}): Matcher {
  return { generation, rules: [], needles: { wipe: () => wiped(generation) } } as unknown as Matcher;
}
