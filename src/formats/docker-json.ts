import { JsonLexer } from '../engine/lexer.ts';
import { Output } from '../engine/output.ts';
import { appendCut, Cuts } from './cuts.ts';
import { type Frame, PART_BYTES, type Place, STDERR, STDOUT } from './frame.ts';
import { walkMembers } from './json-members.ts';
import { closingQuote, decodeString, escapeByte, StringWalker } from './json-string.ts';
import { timestampEnd } from './timestamp.ts';

const BACKSLASH = 0x5c;
const LF = 10;
const OPENS = Buffer.from('{"log":"');
const STREAMS = [Buffer.from('","stream":"stdout",'), Buffer.from('","stream":"stderr",')] as const;
const TIME = Buffer.from('"time":"');
const CLOSES = Buffer.from('"}');
const LOG_KEY = Buffer.from('log');
const STREAM_KEY = Buffer.from('stream');
const STDERR_VALUE = Buffer.from('"stderr"');
const LINE_END = Uint8Array.of(LF);
const NO_TOKENS = { token(): void {} };
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Docker's json-file: `{"log":"...\n","stream":"stdout","time":"..."}` a line (moby jsonfilelog). `log` without
 * `\n` at its end goes on in the next line of its stream. Lines as dockerd writes them are read by their
 * fixed text; others, with members in any order, by the lexer. Whatever else a line holds is scanned too.
 */
export class DockerJsonFrame implements Frame {
  readonly name = 'docker';
  stream: typeof STDOUT | typeof STDERR = STDOUT;
  contentStart = 0;
  full = false;
  hasRest = false;
  /** Index of the quote that closes `log`. */
  #contentEnd = 0;
  /** Where the rest's gap is, as an offset, and how many bytes it leaves out. */
  #gapAt = 0;
  #gap = 0;
  /** Bytes from the closing quote to the time, per stream, that were scanned and hold nothing (attrs). */
  #clean: [Buffer, Buffer] = [NOTHING, NOTHING];
  #middleEnd = -1;
  #middle: Buffer = NOTHING;
  readonly #lexer = new JsonLexer();
  readonly #walker = new StringWalker();
  readonly #encoded = new Output(1024);

  read(bytes: Buffer, from: number, to: number): boolean {
    this.hasRest = false;
    if (!startsWith(bytes, from, OPENS)) return this.#readAny(bytes, from, to);
    this.contentStart = from + OPENS.length;
    this.#contentEnd = closingQuote(bytes, this.contentStart, to);
    return (this.#contentEnd !== -1 && this.#readTail(bytes, to)) || this.#readAny(bytes, from, to);
  }

  /** A beginning of an object is no JSON: such a line is redacted as text. */
  readOpen(bytes: Buffer, from: number, to: number): boolean {
    return bytes[to - 1] === CLOSES[1] && this.read(bytes, from, to);
  }

  awaits(bytes: Buffer, from: number, _to: number): boolean {
    return bytes[from] === 0x7b;
  }

  /** What follows `log` in a line of dockerd: the stream, attrs that are known to be clean, the time. */
  #readTail(bytes: Buffer, to: number): boolean {
    const at = this.#contentEnd;
    if (startsWith(bytes, at, STREAMS[STDOUT])) this.stream = STDOUT;
    else if (startsWith(bytes, at, STREAMS[STDERR])) this.stream = STDERR;
    else return false;
    let time = at + STREAMS[STDOUT].length;
    const clean = this.#clean[this.stream];
    if (clean.length > 0 && startsWith(bytes, at, clean)) time = at + clean.length;
    if (!startsWith(bytes, time, TIME)) return false;
    const end = timestampEnd(bytes, time + TIME.length);
    return end !== -1 && end + 2 === to && startsWith(bytes, end, CLOSES);
  }

  #readAny(bytes: Buffer, from: number, to: number): boolean {
    if (bytes[from] !== 0x7b && bytes[from]! > 32) return false;
    if (!this.#lexer.walk(bytes, from, to, NO_TOKENS)) return false;
    let log = -1;
    let logEnd = -1;
    this.stream = STDOUT;
    const whole = walkMembers(bytes, from, to, (keyFrom, keyTo, valueFrom, valueTo) => {
      if (isText(bytes, keyFrom, keyTo, LOG_KEY)) {
        log = bytes[valueFrom] === 0x22 ? valueFrom + 1 : -1;
        logEnd = valueTo - 1;
      } else if (isText(bytes, keyFrom, keyTo, STREAM_KEY)) {
        this.stream = isText(bytes, valueFrom, valueTo, STDERR_VALUE) ? STDERR : STDOUT;
      }
    });
    if (!whole || log === -1) return false;
    this.contentStart = log;
    this.#contentEnd = logEnd;
    this.hasRest = true;
    this.#noteMiddle(bytes, from, to);
    return true;
  }

  /** Remembers what stands between `log` and the time, in case it is clean. */
  #noteMiddle(bytes: Buffer, from: number, to: number): void {
    this.#middleEnd = -1;
    this.#middle = NOTHING;
    const time = bytes.lastIndexOf(TIME, to);
    if (time < this.#contentEnd || !startsWith(bytes, from, OPENS)) return;
    if (this.contentStart !== from + OPENS.length) return;
    if (!startsWith(bytes, this.#contentEnd, STREAMS[this.stream])) return;
    const end = timestampEnd(bytes, time + TIME.length);
    if (end === -1 || end + 2 !== to || !startsWith(bytes, end, CLOSES)) return;
    this.#middle = bytes;
    this.#middleEnd = time;
  }

  restIsClean(): void {
    if (this.#middleEnd !== -1) {
      this.#clean[this.stream] = Buffer.from(this.#middle.subarray(this.#contentEnd, this.#middleEnd));
    }
    this.#middle = NOTHING;
    this.#middleEnd = -1;
  }

  forget(): void {
    this.#clean = [NOTHING, NOTHING];
  }

  copyContent(bytes: Buffer, _to: number, into: Buffer, at: number): number {
    const from = this.contentStart;
    const to = this.#contentEnd;
    // Nearly every line: no escape but the `\n` at its end.
    if (bytes[to - 1] === 0x6e && bytes[to - 2] === BACKSLASH && bytes.indexOf(BACKSLASH, from) === to - 2) {
      into.set(bytes.subarray(from, to - 2), at);
      this.full = true;
      return at + to - 2 - from;
    }
    const end = decodeString(bytes, { from, to }, this.#walker, into, at);
    this.full = end > at && into[end - 1] === LF;
    return this.full ? end - 1 : end;
  }

  /** The line with an empty `log`. */
  copyRest(bytes: Buffer, place: { from: number; to: number }, into: Buffer): number {
    this.#gapAt = this.contentStart - place.from;
    this.#gap = this.#contentEnd - this.contentStart;
    into.set(bytes.subarray(place.from, this.contentStart), 0);
    into.set(bytes.subarray(this.#contentEnd, place.to), this.#gapAt);
    return place.to - place.from - this.#gap;
  }

  restToLine(offset: number): number {
    return offset <= this.#gapAt ? offset : offset + this.#gap;
  }

  rebuild(bytes: Buffer, place: Place, cuts: Cuts, rest: Cuts | null, out: Output): void {
    const { from, to, contentStart } = place;
    const contentEnd = closingQuote(bytes, contentStart, to);
    if (rest !== null && spans(rest, contentStart - from, contentEnd - from)) {
      appendCut(bytes, { from, to, origin: from }, rest, out);
      return;
    }
    const pieces = this.#encode(bytes, place, contentEnd, cuts);
    const encoded = this.#encoded.take();
    const others = rest ?? NO_CUTS;
    let at = 0;
    for (let i = 0; i < pieces.length; i++) {
      appendCut(bytes, { from, to: contentStart, origin: from }, others, out);
      out.append(encoded, at, pieces[i]!);
      appendCut(bytes, { from: contentEnd, to, origin: from }, others, out);
      if (i < pieces.length - 1) out.append(LINE_END, 0, 1);
      at = pieces[i]!;
    }
  }

  /**
   * Writes the new content of `log` to `#encoded`: tokens that no cut touches stand as they are.
   * @returns the index behind each part of at most PART_BYTES decoded bytes
   */
  #encode(bytes: Buffer, place: Place, contentEnd: number, cuts: Cuts): number[] {
    const encoded = this.#encoded;
    const walker = this.#walker;
    const pieces: number[] = [];
    let inPiece = 0;
    let decoded = 0;
    let cut = 0;
    let placed = 0;
    for (let at = place.contentStart; at < contentEnd; ) {
      const next = walker.read(bytes, at, contentEnd);
      const end = decoded + walker.width;
      for (; placed < cuts.length && cuts.starts[placed]! < end; placed++) {
        inPiece = this.#place(cuts.bytes[placed]!, inPiece, pieces);
      }
      while (cut < cuts.length && cuts.ends[cut]! <= decoded) cut++;
      // The LF at the end belongs to the framing: it stays, and counts for no part.
      const isLineEnd = decoded >= place.contentLength;
      if (isLineEnd) encoded.append(bytes, at, next);
      else if (!meets(cuts, cut, decoded, end)) {
        if (inPiece + walker.width > PART_BYTES) {
          pieces.push(encoded.length);
          inPiece = 0;
        }
        inPiece += walker.width;
        encoded.append(bytes, at, next);
      }
      decoded = end;
      at = next;
    }
    for (; placed < cuts.length; placed++) inPiece = this.#place(cuts.bytes[placed]!, inPiece, pieces);
    pieces.push(encoded.length);
    return pieces;
  }

  /** Writes a replacement, escaped. @returns bytes in the part at hand */
  #place(replacement: Uint8Array, inPiece: number, pieces: number[]): number {
    for (let i = 0; i < replacement.length; i++) {
      if (inPiece === PART_BYTES) {
        pieces.push(this.#encoded.length);
        inPiece = 0;
      }
      inPiece++;
      const escaped = escapeByte(replacement[i]!);
      if (escaped === null) this.#encoded.append(replacement, i, i + 1);
      else this.#encoded.append(escaped, 0, escaped.length);
    }
    return inPiece;
  }
}

const NO_CUTS = new Cuts();

function meets(cuts: Cuts, index: number, from: number, to: number): boolean {
  for (let i = index; i < cuts.length && cuts.starts[i]! < to; i++) {
    if (Math.min(cuts.ends[i]!, to) > Math.max(cuts.starts[i]!, from)) return true;
  }
  return false;
}

/** A cut that takes the line's content along (the whole record is dropped). */
function spans(cuts: Cuts, from: number, to: number): boolean {
  return cuts.starts.some((start, i) => start < from && cuts.ends[i]! > to);
}

function startsWith(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

function isText(bytes: Buffer, from: number, to: number, text: Buffer): boolean {
  return to - from === text.length && startsWith(bytes, from, text);
}
