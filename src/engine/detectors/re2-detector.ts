import { type Node, PatternError } from '../pattern/ast.ts';
import { findingsOf } from '../pattern/findings.ts';
import { startsWithKeyword } from '../pattern/measure.ts';
import { parsePattern } from '../pattern/parse.ts';
import type { Acceptance, CompiledDetector } from './compile-spec.ts';
import {
  always,
  FOUND,
  type Keyword,
  NO_RUNS,
  NONE,
  type Outcome,
  UNDECIDED,
  type Verdict,
  type Window,
} from './detector.ts';
import { DetectorFault } from './detector-fault.ts';
import { MAX_RE2_WINDOW, Re2Abort, Re2Pattern } from './re2-engine.ts';
import { captureHeads, HEAD_PREFIX } from './re2-groups.ts';
import { newSift, runsOf, type Sift, sieved } from './sift.ts';
import { type DetectorSpec, DetectorSpecError } from './spec.ts';

/** Matches looked at per keyword, when the first ones do not hold the keyword. */
const MAX_TRIES = 16;
/** Window of a user's detector that names none. */
const DEFAULT_WINDOW = { before: 64, after: 512 };

/**
 * A user's own pattern on re2-wasm: not free of allocation, and the window becomes a string for as long as
 * the call lasts. It never decides before its window is whole.
 * @throws DetectorSpecError when RE2 refuses the pattern
 */
export function compileRe2(input: {
  spec: DetectorSpec;
  keywords: readonly Keyword[];
  accept: Acceptance;
}): CompiledDetector {
  const { spec, keywords, accept } = input;
  const { before, after } = spec.window ?? DEFAULT_WINDOW;
  const longest = Math.max(...keywords.map((keyword) => keyword.bytes.length));
  if (before + longest + after > MAX_RE2_WINDOW) {
    throw new DetectorSpecError(spec.id, 'window', `is larger than ${MAX_RE2_WINDOW} bytes`);
  }
  const seeker = atPattern(spec, () => new SecretSeeker(spec.pattern));
  if (seeker.matchesEmpty()) throw new DetectorSpecError(spec.id, 'pattern', 'can match nothing at all');
  const sift = siftOf(spec, keywords);
  return {
    id: spec.id,
    confidence: spec.confidence,
    observe: spec.mode === 'observe',
    keywords,
    before,
    after,
    runs: sift === null ? NO_RUNS : runsOf(sift),
    multiline: spec.multiline,
    checked: accept.checked,
    mayFind: sift === null ? always : sieved(sift),
    sift: () => sift,
    verify(haystack, window, verdict): Outcome {
      if (window.more) {
        verdict.holdFrom = window.from;
        return UNDECIDED;
      }
      if (!seeker.seek(spec.id, haystack, window, verdict)) return NONE;
      if (!accept.test(haystack, verdict.start, verdict.end, window.text)) return NONE;
      return accept.excusesMatch?.(haystack, seeker.start, seeker.end, window.text) ? NONE : FOUND;
    },
  };
}

/** Our own sieve ahead of RE2, where our parser knows all that the pattern uses: a call of RE2 takes microseconds. */
function siftOf(spec: DetectorSpec, keywords: readonly Keyword[]): Sift | null {
  const { before, after } = spec.window ?? DEFAULT_WINDOW;
  let root: Node;
  try {
    root = parsePattern(spec.pattern).root;
  } catch (error) {
    if (error instanceof PatternError) return null;
    throw error;
  }
  const literals = keywords.map((keyword) => keyword.bytes);
  const anchored = startsWithKeyword(root, literals, spec.fold);
  return newSift(
    { root: findingsOf(root), before, after, anchored, multiline: spec.multiline },
    () => 'anywhere',
  );
}

/** @throws DetectorSpecError when RE2 refuses the pattern */
export function assertRe2Takes(spec: DetectorSpec): void {
  atPattern(spec, () => new Re2Pattern(spec.pattern).free());
}

function atPattern<Result>(spec: DetectorSpec, build: () => Result): Result {
  try {
    return build();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError || error instanceof Re2Abort) {
      // RE2 shows the pattern with our groups in it; its words are behind the last slash.
      const words = error.message.replace(/^Invalid regular expression: \/.*\/u: /s, '');
      throw new DetectorSpecError(spec.id, 'pattern', words);
    }
    throw error;
  }
}

class SecretSeeker {
  readonly #pattern: Re2Pattern;
  readonly #secret: number;
  readonly #heads: number[];
  /** The last match in the haystack. */
  start = 0;
  end = 0;

  constructor(source: string) {
    new Re2Pattern(source).free();
    const captured = captureHeads(source);
    this.#pattern = new Re2Pattern(captured.source);
    this.#secret = this.#pattern.group('secret')!;
    this.#heads = Array.from(
      { length: captured.heads },
      (_, n) => this.#pattern.group(`${HEAD_PREFIX}${n}`)!,
    );
  }

  matchesEmpty(): boolean {
    return this.#pattern.match('', 0) !== null;
  }

  /** Fills `verdict` with the secret of the leftmost match that holds the keyword. */
  seek(id: string, haystack: Uint8Array, window: Window, verdict: Verdict): boolean {
    const { from, to, keywordStart, keywordEnd } = window;
    const text = Buffer.from(haystack.buffer, haystack.byteOffset + from, to - from).toString('latin1');
    try {
      let start = 0;
      for (let tries = 0; tries < MAX_TRIES && start <= keywordStart - from; tries++) {
        const found = this.#pattern.match(text, start);
        if (found === null || found.index > keywordStart - from) return false;
        if (found.index + found.match.length >= keywordEnd - from)
          return this.#place(found, { text, from }, verdict);
        start = found.index + 1;
      }
      return false;
    } catch (error) {
      if (error instanceof Re2Abort) throw new DetectorFault(id, error.message);
      throw error;
    }
  }

  #place(
    found: { index: number; match: string; groups: (string | undefined)[] },
    window: { text: string; from: number },
    verdict: Verdict,
  ): boolean {
    const { text, from } = window;
    const secret = found.groups[this.#secret - 1];
    if (secret === undefined || secret === '') return false;
    let start = found.index;
    for (const head of this.#heads) start += found.groups[head - 1]?.length ?? 0;
    // An empty match inside of a two-byte letter would shift the count; nothing may be masked by a wrong place.
    if (!text.startsWith(secret, start)) throw new Re2Abort('the group secret is not where its heads say');
    this.start = from + found.index;
    this.end = this.start + found.match.length;
    verdict.start = from + start;
    verdict.end = verdict.start + secret.length;
    return true;
  }
}
