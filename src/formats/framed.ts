import { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';
import type { Redactor, RedactorOptions } from '../engine/redactor.ts';
import { appendCut, Cuts } from './cuts.ts';
import type { EditingRedactor, Frame } from './frame.ts';
import { Intake } from './intake.ts';
import type { Lane } from './lane.ts';
import { ENDS, ENDS_LOGICAL, HEADED, LANE } from './line-table.ts';

const LF = Uint8Array.of(10);
/** Bytes taken in at once: a larger chunk is worked off in slices, so that the scratch stays in the cache. */
const SLICE = 64 * 1024;
/** Lines that wait for a decision hold at most so many bytes and are at most so many. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const MAX_WAITING_LINES = 64 * 1024;

const WITHHELD = Buffer.from('[REDACTED:unleak-fault]');
const NOTHING = new Uint8Array(0);

export interface FramedParts {
  readonly frame: Frame;
  /** Makes the redactor of one logical stream. */
  readonly makeRedactor: (options: RedactorOptions) => EditingRedactor;
  readonly options: RedactorOptions;
}

/**
 * A framed log file (CRI, Docker json-file): the content of each of its streams goes, joined, through a
 * redactor of its own and returns into the very lines it came from. Lines keep their order and their number;
 * those without a finding keep their bytes. A finding's replacement stands in the line in which it begins,
 * what it takes of following lines is cut out there. Lines that are not framed are redacted as a third stream.
 *
 * A line waits until its content is decided and every line before it has left; at most 4 MiB or 65,536 lines
 * wait. When that is full, the stream of the oldest is decided as at `idle` and `forced` counts it: like
 * silence, and nothing else, that can depend on where the input is cut.
 */
export class FramedRedactor implements Redactor {
  readonly findings = new FindingList();
  /** How often lines had to leave early because too many waited. */
  forced = 0;
  readonly #frame: Frame;
  readonly #intake: Intake;
  readonly #cuts = new Cuts();
  readonly #place = { from: 0, to: 0, contentStart: 0, contentLength: 0 };
  #matcher: Matcher | null = null;
  /** The chunk pushed last ends within a line. */
  #torn = false;
  /** After a fault: the rest of the line it struck is to be left out. */
  #skipping = false;

  constructor(parts: FramedParts) {
    const { frame, makeRedactor, options } = parts;
    this.#frame = frame;
    const make = (json: RedactorOptions['json']): EditingRedactor => {
      const redactor = makeRedactor({ ...options, json });
      if (this.#matcher !== null) redactor.swap(this.#matcher);
      return redactor;
    };
    this.#intake = new Intake(
      frame,
      () => make(options.json),
      () => make('always'),
    );
  }

  get held(): number {
    return this.#intake.bytes.length;
  }

  get records(): number {
    return this.#intake.records;
  }

  push(chunk: Uint8Array, out: Output): void {
    if (chunk.length === 0) return;
    this.#torn = chunk[chunk.length - 1] !== LF[0];
    const from = this.#skipping ? this.#skip(chunk) : 0;
    for (let at = from; at < chunk.length; at += SLICE) {
      this.#intake.take(chunk.subarray(at, Math.min(at + SLICE, chunk.length)));
      this.#intake.readLines();
      this.#feed();
      this.#drain(out);
      this.#relieve(out);
    }
    this.#collect();
  }

  idle(out: Output): void {
    this.#intake.readRemainder(false);
    this.#feed();
    for (const lane of this.#intake.lanes) lane?.idle();
    this.#drain(out);
    this.#collect();
  }

  end(out: Output): void {
    this.#intake.readRemainder(true);
    this.#feed();
    for (const lane of this.#intake.lanes) lane?.end();
    this.#drain(out);
    this.#collect();
    this.#intake.clear();
  }

  swap(matcher: Matcher): void {
    this.#matcher = matcher;
    this.#intake.swap(matcher);
  }

  /** Lines that waited keep their header; the oldest of them says that content was withheld. */
  discard(out: Output): void {
    const intake = this.#intake;
    const lost = intake.bytes.length > 0 || this.#torn;
    const told = this.#withhold(out);
    if (lost && !told) out.append(WITHHELD, 0, WITHHELD.length);
    if (lost && (!told || intake.isOpen)) out.append(LF, 0, 1);
    this.#collect();
    intake.clear();
    intake.discardLanes();
    this.#skipping = this.#torn;
  }

  #skip(chunk: Uint8Array): number {
    const lf = chunk.indexOf(LF[0]!);
    this.#skipping = lf === -1;
    return lf === -1 ? chunk.length : lf + 1;
  }

  #feed(): void {
    for (const lane of this.#intake.lanes) lane?.feed();
  }

  /** Writes the lines that are decided, oldest first, up to the first that is not. */
  #drain(out: Output): void {
    const intake = this.#intake;
    const { table, bytes, base } = intake;
    const { kinds, streamEnds, ends } = table;
    const lanes = intake.lanes as Lane[];
    let at = table.head;
    let sent = base;
    // Lines from `run` on stay as they are and leave together.
    let run = base;
    for (; at < table.tail; at++) {
      const lane = lanes[kinds[at]! & LANE]!;
      const streamEnd = streamEnds[at]!;
      if (lane.decidedTo < streamEnd) break;
      if (lane.nextEdit < streamEnd || intake.rest.size > 0) {
        if (sent > run) out.append(bytes, run - base, sent - base);
        this.#rewrite(at, sent - base, out);
        run = ends[at]!;
      }
      lane.sent = streamEnd;
      sent = ends[at]!;
    }
    if (sent > run) out.append(bytes, run - base, sent - base);
    table.remove(at - table.head);
    intake.release(sent);
  }

  /** Writes line `at` of the table, which begins at `from` in the bytes, with what was decided on it. */
  #rewrite(at: number, from: number, out: Output): void {
    const { table, lanes, rest } = this.#intake;
    const kind = table.kinds[at]!;
    const lane = lanes[kind & LANE]!;
    const streamEnd = table.streamEnds[at]!;
    this.#cuts.clear();
    lane.takeCuts(kind & ENDS_LOGICAL ? streamEnd - 1 : streamEnd, streamEnd, this.#cuts);
    const number = table.removed + at - table.head;
    this.#write(at, from, rest.get(number) ?? null, out);
    rest.delete(number);
  }

  #write(at: number, from: number, rest: Cuts | null, out: Output): void {
    const { table, lanes, bytes, base } = this.#intake;
    const kind = table.kinds[at]!;
    const streamLength = table.streamEnds[at]! - lanes[kind & LANE]!.sent;
    const place = this.#place;
    place.from = from;
    place.to = table.ends[at]! - base - (kind & ENDS ? 1 : 0);
    place.contentStart = table.contents[at]! - base;
    place.contentLength = kind & ENDS_LOGICAL ? streamLength - 1 : streamLength;
    if (this.#cuts.length === 0 && rest === null) out.append(bytes, from, place.to);
    else if (kind & HEADED) this.#frame.rebuild(bytes, place, this.#cuts, rest, out);
    else appendCut(bytes, { from, to: place.to, origin: from }, this.#cuts, out);
    if (kind & ENDS) out.append(LF, 0, 1);
  }

  /** Too much waits: decides the stream of the oldest line until it fits. */
  #relieve(out: Output): void {
    const { table } = this.#intake;
    while (table.length > MAX_WAITING_LINES || this.held - this.#intake.unparsed > MAX_WAITING_BYTES) {
      const before = table.length;
      this.#intake.lanes[table.kinds[table.head]! & LANE]!.idle();
      this.forced++;
      this.#drain(out);
      if (table.length === before) return;
    }
  }

  #collect(): void {
    for (const lane of this.#intake.lanes) if (lane !== null) move(lane.findings, this.findings);
    if (this.#intake.findings !== null) move(this.#intake.findings, this.findings);
  }

  /** Writes the lines that wait without their content. @returns false when there was none */
  #withhold(out: Output): boolean {
    const { table, lanes, rest, base } = this.#intake;
    let told = false;
    let from = 0;
    for (let at = table.head; at < table.tail; at++) {
      const kind = table.kinds[at]!;
      if (kind & HEADED) {
        this.#cuts.clear();
        this.#cuts.push(0, Number.MAX_SAFE_INTEGER, told ? NOTHING : WITHHELD);
        this.#write(at, from, rest.get(table.removed + at - table.head) ?? null, out);
        told = true;
      }
      lanes[kind & LANE]!.sent = table.streamEnds[at]!;
      from = table.ends[at]! - base;
    }
    return told;
  }
}

function move(from: FindingList, to: FindingList): void {
  for (let i = 0; i < from.length; i++) to.push(from.rule(i), from.spelling(i), from.bytes(i));
  from.clear();
}
