import type { Actions } from '../../src/engine/actions/action.ts';
import type { Detector } from '../../src/engine/detectors/detector.ts';
import { createWasmKernel } from '../../src/engine/kernel/wasm.ts';
import { compileMatcher, type Matcher, type Rule } from '../../src/engine/matcher.ts';
import { Output } from '../../src/engine/output.ts';
import type { Redactor } from '../../src/engine/redactor.ts';
import { Secret } from '../../src/engine/secret.ts';
import { createRedactor, type FormatName } from '../../src/formats/format.ts';
import { loadKernelModule } from '../../src/pipeline/kernel-module.ts';
import type { Named } from './oracle-whole.ts';

export interface MatcherParts {
  readonly detectors?: readonly Detector[];
  readonly shorts?: readonly Named[];
  readonly generation?: number;
  readonly near?: boolean;
  /** The kernel in WebAssembly, as built and as run in production; else the plain one. */
  readonly wasm?: boolean;
}

const secretOf = ({ name, value }: Named): Secret => new Secret({ name, key: name, part: '' }, value);

/** `[REDACTED:<label>]` for every rule. */
function masking(rules: readonly Rule[]): Actions {
  return {
    of: () => ({ name: 'mask', replace: (rule) => Buffer.from(`[REDACTED:${rules[rule]!.label}]`) }),
  };
}

/** A matcher that masks; detectors and near misses only when asked for. */
export function matcherOf(secrets: readonly Named[], parts: MatcherParts = {}): Matcher {
  return compileMatcher({
    generation: parts.generation ?? 1,
    secrets: secrets.map(secretOf),
    shorts: (parts.shorts ?? []).map(secretOf),
    detectors: parts.detectors ?? [],
    actions: masking,
    near: parts.near ?? false,
    ...(parts.wasm === true ? { kernel: (tables) => createWasmKernel(loadKernelModule(), tables) } : {}),
  });
}

/** Names s0, s1, … for values. */
export function named(values: readonly Buffer[]): Named[] {
  return values.map((value, at) => ({ name: `s${at}`, value }));
}

/** The same bytes and the same findings. */
export function sameRedacted(left: Redacted, right: Redacted): boolean {
  return left.bytes.equals(right.bytes) && left.findings.join() === right.findings.join();
}

export const MAX_RECORD_BYTES = 1024 * 1024;

export function redactorOf(
  matcher: Matcher,
  format: FormatName,
  maxRecordBytes = MAX_RECORD_BYTES,
): Redactor {
  return createRedactor(format, matcher, { maxRecordBytes });
}

/** What a stream became. */
export interface Redacted {
  readonly bytes: Buffer;
  /** `rule:spelling:bytes`, in the order reported. */
  readonly findings: readonly string[];
  readonly records: number;
}

/** A redactor with its output in hand: pushes copies, so a redactor that keeps a chunk is found out. */
export class Tap {
  readonly redactor: Redactor;
  readonly #out = new Output(4_096);
  readonly #parts: Buffer[] = [];

  constructor(matcher: Matcher, format: FormatName, maxRecordBytes = MAX_RECORD_BYTES) {
    this.redactor = redactorOf(matcher, format, maxRecordBytes);
  }

  /** Pushes a chunk and gives what left at once. */
  push(chunk: Uint8Array | string): Buffer {
    const copy = Buffer.from(chunk);
    this.redactor.push(copy, this.#out);
    copy.fill(0x7e);
    return this.#taken();
  }

  idle(): Buffer {
    this.redactor.idle(this.#out);
    return this.#taken();
  }

  end(): Buffer {
    this.redactor.end(this.#out);
    return this.#taken();
  }

  /** Everything that left so far. */
  all(): Buffer {
    return Buffer.concat(this.#parts);
  }

  findings(): string[] {
    const { findings } = this.redactor;
    return Array.from(
      { length: findings.length },
      (_, at) => `${findings.rule(at)}:${findings.spelling(at)}:${findings.bytes(at)}`,
    );
  }

  #taken(): Buffer {
    const taken = Buffer.from(this.#out.take());
    this.#parts.push(taken);
    return taken;
  }
}

/** The whole way: every chunk, then the end. */
export function redactChunks(
  matcher: Matcher,
  chunks: readonly Uint8Array[],
  format: FormatName = 'text',
  maxRecordBytes = MAX_RECORD_BYTES,
): Redacted {
  const tap = new Tap(matcher, format, maxRecordBytes);
  for (const chunk of chunks) tap.push(chunk);
  tap.end();
  return { bytes: tap.all(), findings: tap.findings(), records: tap.redactor.records };
}
