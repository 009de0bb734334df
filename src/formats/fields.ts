import type { EditSink } from '../engine/edits.ts';
import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import { StreamRedactor } from '../engine/stream-redactor.ts';

const LF = Uint8Array.of(10);
const EQUALS = Uint8Array.of(0x3d);
const NOTHING = new Uint8Array(0);

/** A stretch of the laid-out text that is a key or a value. */
interface Region {
  readonly from: number;
  readonly to: number;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** What became of one field; null where nothing was found in it. */
export interface RedactedField {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/**
 * Redacts the fields of binary records. Keys count: they wake detectors, and short known values are met only
 * beside their own key. So the fields are laid out as lines of `key=value` for the engine, and what it
 * replaces is taken over into the keys and values; the bytes between them are ours and go nowhere.
 */
export class FieldRedactor {
  readonly #redactor: StreamRedactor;
  readonly #edits: Edit[] = [];
  readonly #sink: EditSink;
  #keys: Region[] = [];
  #values: Region[] = [];
  #texts: Uint8Array[] = [];
  readonly #byStart = new Map<number, Uint8Array>();
  /** Bytes laid out since the start: the engine's offsets are absolute. */
  #length = 0;

  constructor(matcher: Matcher, maxRecordBytes: number) {
    this.#redactor = new StreamRedactor(matcher, { json: 'containers', maxRecordBytes });
    this.#sink = {
      replace: (start, end, bytes) => this.#edits.push({ start, end, bytes: Uint8Array.from(bytes) }),
      decided: () => {},
    };
  }

  get findings(): FindingList {
    return this.#redactor.findings;
  }

  swap(matcher: Matcher): void {
    this.#redactor.swap(matcher);
  }

  /** Adds a field to the batch; both are read before `redact` returns. @returns its place in what `redact` gives */
  add(key: Uint8Array, value: Uint8Array): number {
    this.#keys.push(this.#lay(key));
    // JSON in a value is kept JSON, which needs a line of its own.
    const json = value[0] === 0x7b || value[0] === 0x5b;
    if (key.length > 0) this.#lay(json ? LF : EQUALS);
    this.#values.push(this.#lay(value));
    this.#lay(LF);
    return this.#values.length - 1;
  }

  /** Redacts every field added since the last call. */
  redact(): RedactedField[] {
    // In one piece: every push is a step of the engine, and most texts are short.
    this.#redactor.wholeEdits(Buffer.concat(this.#texts), this.#sink);
    let at = 0;
    const takeOver = (region: Region, text: Uint8Array): Uint8Array | null => {
      while (at < this.#edits.length && this.#edits[at]!.end <= region.from) at++;
      return applied(text, region, this.#edits, at);
    };
    const fields = this.#keys.map((key, i): RedactedField => {
      const value = this.#values[i]!;
      return { key: takeOver(key, this.#textOf(key)), value: takeOver(value, this.#textOf(value)) };
    });
    this.#keys = [];
    this.#values = [];
    this.#texts = [];
    this.#byStart.clear();
    this.#edits.length = 0;
    return fields;
  }

  #lay(text: Uint8Array): Region {
    const from = this.#length;
    if (text.length > 0) {
      this.#texts.push(text);
      this.#byStart.set(from, text);
    }
    this.#length += text.length;
    return { from, to: this.#length };
  }

  #textOf({ from, to }: Region): Uint8Array {
    return from === to ? NOTHING : this.#byStart.get(from)!;
  }
}

/** `text`, which lies at `region`, with the edits from the `first` on that meet it; null when none does. */
function applied(text: Uint8Array, region: Region, edits: readonly Edit[], first: number): Uint8Array | null {
  if (first >= edits.length || edits[first]!.start >= region.to) return null;
  const pieces: Uint8Array[] = [];
  let done = region.from;
  for (let i = first; i < edits.length && edits[i]!.start < region.to; i++) {
    const { start, end, bytes } = edits[i]!;
    const from = Math.max(start, region.from);
    pieces.push(text.subarray(done - region.from, from - region.from));
    // A finding that goes on has its placeholder already, unless that stands in another field.
    if (bytes.length > 0) pieces.push(bytes);
    else if (pieces.length === 1) pieces.push(placeholderAhead(edits, i));
    done = Math.min(end, region.to);
  }
  pieces.push(text.subarray(done - region.from));
  return Buffer.concat(pieces);
}

/** The placeholder of a finding whose later part is edit `index`. */
function placeholderAhead(edits: readonly Edit[], index: number): Uint8Array {
  for (let i = index; i >= 0; i--) if (edits[i]!.bytes.length > 0) return edits[i]!.bytes;
  return NOTHING;
}
