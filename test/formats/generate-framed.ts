import type { Chance } from '../support/generate-random.ts';
import type { FrameName } from './framed-tap.ts';

/** One physical line. */
export interface Line {
  readonly stream: 'stdout' | 'stderr';
  readonly full: boolean;
  /** Bytes of the piece; for Docker they must be text. */
  readonly content: Buffer;
}

const FRACTIONS = ['', '.1', '.123456', '.000000001'];
const ZONES = ['Z', '+05:30', '-08:00'];

function time(chance: Chance): string {
  return `2024-05-06T07:08:${chance.between(10, 59)}${chance.pick(FRACTIONS)}${chance.pick(ZONES)}`;
}

/** A JSON string with one of the spellings that runtimes use for each character. */
function jsonString(text: string, chance: Chance): string {
  let written = '';
  for (const char of text) {
    const plain = JSON.stringify(char).slice(1, -1);
    const code = char.charCodeAt(0).toString(16).padStart(4, '0');
    const escaped = char.length === 1 && chance.oneIn(8);
    written += escaped ? `\\u${chance.oneIn(2) ? code : code.toUpperCase()}` : plain;
  }
  return `"${written}"`;
}

/** The physical line, LF included, as the runtime would write it. */
export function frameLine(name: FrameName, line: Line, chance: Chance): Buffer {
  const { stream, full, content } = line;
  if (name === 'cri') {
    const tag = `${full ? 'F' : 'P'}${chance.oneIn(9) ? ':x' : ''}`;
    return Buffer.concat([Buffer.from(`${time(chance)} ${stream} ${tag} `), content, Buffer.from('\n')]);
  }
  const log = jsonString(content.toString() + (full ? '\n' : ''), chance);
  const attrs = chance.oneIn(3) ? `"attrs":{"app":"shop","n":${chance.below(2)}},` : '';
  return Buffer.from(`{"log":${log},"stream":"${stream}",${attrs}"time":"${time(chance)}"}\n`);
}

/** Cuts a text at random places into parts; `ends` that it ends its line. */
export function partsOf(stream: Line['stream'], text: Buffer, chance: Chance): Line[] {
  const lines: Line[] = [];
  let from = 0;
  const cuts = Array.from({ length: chance.below(5) }, () =>
    characterStart(text, chance.below(text.length + 1)),
  );
  for (const cut of cuts.sort((left, right) => left - right)) {
    lines.push({ stream, full: false, content: text.subarray(from, cut) });
    from = cut;
  }
  lines.push({ stream, full: true, content: text.subarray(from) });
  return lines;
}

function characterStart(text: Buffer, at: number): number {
  while (at > 0 && (text[at]! & 0xc0) === 0x80) at--;
  return at;
}

/** Two lists in one, each keeping its order. */
export function interleave<T>(left: readonly T[], right: readonly T[], chance: Chance): T[] {
  const mixed: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    const takeLeft = r === right.length || (l < left.length && chance.oneIn(2));
    mixed.push(takeLeft ? left[l++]! : right[r++]!);
  }
  return mixed;
}

/** What a reader of the file gets of one stream: parts joined, an LF behind each full line. */
export function joined(name: FrameName, file: Buffer, stream: Line['stream']): Buffer {
  const parts: Buffer[] = [];
  for (const line of linesOf(file)) {
    if (name === 'cri') {
      const [, of, tag] = line.toString('latin1').split(' ', 3);
      if (of !== stream) continue;
      const header = line.indexOf(` ${tag} `) + tag!.length + 2;
      parts.push(line.subarray(header), Buffer.from(tag!.startsWith('F') ? '\n' : ''));
    } else {
      const record = JSON.parse(line.toString()) as { log: string; stream: string };
      if (record.stream === stream) parts.push(Buffer.from(record.log));
    }
  }
  return Buffer.concat(parts);
}

/** What of each line must not change: all but its content. */
export function headers(name: FrameName, file: Buffer): string[] {
  return linesOf(file).map((line) => {
    if (name === 'cri') return line.toString('latin1').split(' ', 3).join(' ');
    return line.toString().replace(/"log":"(?:[^"\\]|\\.)*"/, '"log":""');
  });
}

function linesOf(file: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const lf = file.indexOf(10, at);
    lines.push(file.subarray(at, lf === -1 ? file.length : lf));
    at = lf === -1 ? file.length : lf + 1;
  }
  return lines;
}
