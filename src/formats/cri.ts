import { Output } from '../engine/output.ts';
import { appendCut, type Cuts } from './cuts.ts';
import { type Frame, PART_BYTES, type Place, STDERR, STDOUT } from './frame.ts';
import { timestampEnd } from './timestamp.ts';

const SPACE = 32;
const COLON = 58;
const LF = 10;
const FULL = 70;
const PARTIAL = 80;
/** `2006-01-02T15:04:05.123456789+00:00 stdout F ` and some tags. */
const MAX_HEADER = 96;
/** A tag behind the first is at most this long, too short for a secret. */
const MAX_TAG = 7;

/**
 * The CRI log format of containerd and CRI-O: `<RFC 3339 time> SP stdout|stderr SP <tag>[:<tag>...] SP
 * <bytes> LF` (cri-api pkg/apis/runtime/v1/constants.go). Tag P: the line goes on in the next part of its
 * stream; only the first tag is looked at, as kubelet does.
 */
export class CriFrame implements Frame {
  readonly name = 'cri';
  stream: typeof STDOUT | typeof STDERR = STDOUT;
  contentStart = 0;
  full = false;
  readonly hasRest = false;
  readonly #content = new Output(1024);

  read(bytes: Buffer, from: number, _to: number): boolean {
    // Reading behind `to` is harmless: LF, or nothing, stands there, and neither is part of a header.
    let at = timestampEnd(bytes, from);
    if (at === -1 || bytes[at] !== SPACE) return false;
    if (bytes[at + 1] !== 0x73 || bytes[at + 2] !== 0x74 || bytes[at + 3] !== 0x64) return false;
    if (bytes[at + 4] === 0x6f && bytes[at + 5] === 0x75 && bytes[at + 6] === 0x74) this.stream = STDOUT;
    else if (bytes[at + 4] === 0x65 && bytes[at + 5] === 0x72 && bytes[at + 6] === 0x72) this.stream = STDERR;
    else return false;
    if (bytes[at + 7] !== SPACE) return false;
    at += 8;
    const tag = bytes[at];
    if (tag !== FULL && tag !== PARTIAL) return false;
    this.full = tag === FULL;
    const end = bytes[at + 1] === SPACE ? at + 1 : tagsEnd(bytes, at + 1, from + MAX_HEADER);
    if (end === -1) return false;
    this.contentStart = end + 1;
    return true;
  }

  readOpen(bytes: Buffer, from: number, to: number): boolean {
    return this.read(bytes, from, to);
  }

  awaits(bytes: Buffer, from: number, to: number): boolean {
    if (to - from >= MAX_HEADER || this.read(bytes, from, to)) return false;
    for (let at = from; at < to; at++) if (!mayBeHeader(bytes[at]!)) return false;
    return bytes[from]! >= 48 && bytes[from]! <= 57;
  }

  copyContent(bytes: Buffer, to: number, into: Buffer, at: number): number {
    into.set(bytes.subarray(this.contentStart, to), at);
    return at + to - this.contentStart;
  }

  copyRest(): number {
    return 0;
  }

  restToLine(offset: number): number {
    return offset;
  }

  restIsClean(): void {}

  forget(): void {}

  rebuild(bytes: Buffer, place: Place, cuts: Cuts, _rest: Cuts | null, out: Output): void {
    const { from, to, contentStart } = place;
    appendCut(bytes, { from: contentStart, to, origin: contentStart }, cuts, this.#content);
    const content = this.#content.take();
    let at = 0;
    while (content.length - at > PART_BYTES) {
      const end = characterStart(content, at + PART_BYTES);
      // The header with its first tag turned into P.
      const tag = tagStart(bytes, from);
      out.append(bytes, from, tag);
      out.append(PARTIAL_TAG, 0, 1);
      out.append(bytes, tag + 1, contentStart);
      out.append(content, at, end);
      out.append(LINE_END, 0, 1);
      at = end;
    }
    out.append(bytes, from, contentStart);
    out.append(content, at, content.length);
  }
}

const PARTIAL_TAG = Uint8Array.of(PARTIAL);
const LINE_END = Uint8Array.of(LF);

/** The index of the space behind tags of letters and digits at `at`, which holds a colon; or -1. */
function tagsEnd(bytes: Uint8Array, at: number, limit: number): number {
  let start = at;
  for (let end = at; end < limit; end++) {
    const byte = bytes[end]!;
    if (byte === SPACE) return end;
    if (byte === COLON) start = end + 1;
    else if (start === at || end - start >= MAX_TAG || !isLetterOrDigit(byte)) return -1;
  }
  return -1;
}

function isLetterOrDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 122);
}

function mayBeHeader(byte: number): boolean {
  return isLetterOrDigit(byte) || byte === SPACE || (byte >= 0x2b && byte <= 0x2e) || byte === COLON;
}

/** The first tag of the header at `from`. */
function tagStart(bytes: Buffer, from: number): number {
  const space = bytes.indexOf(SPACE, from);
  return bytes.indexOf(SPACE, space + 1) + 1;
}

/** The start of the UTF-8 character that `at` stands in, if there is one. */
function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > at - 3 && (bytes[start]! & 0xc0) === 0x80) start--;
  return (bytes[start]! & 0xc0) === 0xc0 ? start : at;
}
