import { skipClass } from '../../engine/detectors/re2-groups.ts';
import { PatternError } from '../../engine/pattern/ast.ts';

/** A capturing group of a regular expression. */
export interface Group {
  /** Offsets of its `(` and behind the `(` with what belongs to it, and of its `)`. */
  readonly open: number;
  readonly body: number;
  close: number;
  /** The levels it stands in, outermost first: the level's number and the alternative in it. */
  readonly path: readonly { readonly level: number; readonly branch: number }[];
  /** A repetition behind it, or behind a group around it, lets it take part not at all, or more than once. */
  optional: boolean;
  repeated: boolean;
}

/** A regular expression taken apart as far as its groups go. */
export interface Outline {
  readonly groups: readonly Group[];
  /** Offsets `[start, end)` of the alternatives at the top. */
  readonly branches: readonly (readonly [number, number])[];
  /** Flags such as `(?i)` are set at the top level, somewhere behind the beginning. */
  readonly lateFlags: boolean;
}

interface Level {
  readonly number: number;
  branch: number;
  /** The capturing groups inside. */
  readonly held: Group[];
  /** The group this level is the inside of, when it captures. */
  readonly group: Group | null;
}

/** Reads the groups of a regular expression in Go's syntax. @throws PatternError */
export function outlineOf(source: string): Outline {
  const groups: Group[] = [];
  const branches: [number, number][] = [];
  const levels: Level[] = [{ number: 0, branch: 0, held: [], group: null }];
  let [numbers, branchStart, lateFlags] = [0, 0, false];
  for (let at = 0; at < source.length; ) {
    const level = levels.at(-1)!;
    const char = source[at];
    if (char === '\\') at += 2;
    else if (char === '[') at = skipClass(source, at);
    else if (char === '|') {
      if (levels.length === 1) {
        branches.push([branchStart, at]);
        branchStart = at + 1;
      }
      level.branch++;
      at++;
    } else if (char === '(') {
      const head = groupHead(source, at);
      if (head.flagsOnly) lateFlags ||= at > 0 && levels.length === 1;
      else {
        const path = levels.map(({ number, branch }) => ({ level: number, branch }));
        const group = head.captures
          ? { open: at, body: at + head.length, close: -1, path, optional: false, repeated: false }
          : null;
        if (group !== null) groups.push(group);
        levels.push({ number: ++numbers, branch: 0, held: [], group });
      }
      at += head.length;
    } else if (char === ')') {
      if (levels.length === 1) throw new PatternError('this ) closes nothing', at);
      levels.pop();
      const held = level.group === null ? level.held : [level.group, ...level.held];
      if (level.group !== null) level.group.close = at;
      markRepeated(source, at + 1, held);
      levels.at(-1)!.held.push(...held);
      at++;
    } else at++;
  }
  if (levels.length > 1) throw new PatternError('a ( is never closed', source.length);
  branches.push([branchStart, source.length]);
  return { groups, branches, lateFlags };
}

function markRepeated(source: string, at: number, held: readonly Group[]): void {
  const mark = /^(?:([*+?])|\{(\d+)(,(\d*))?\})/.exec(source.slice(at, at + 16));
  if (mark === null) return;
  const least = mark[1] === undefined ? Number(mark[2]) : mark[1] === '+' ? 1 : 0;
  const once =
    mark[1] === '?' || (mark[1] === undefined && (mark[3] === undefined ? least <= 1 : mark[4] === '1'));
  for (const group of held) {
    group.optional ||= least === 0;
    group.repeated ||= !once;
  }
}

function groupHead(source: string, at: number): { length: number; captures: boolean; flagsOnly: boolean } {
  if (source[at + 1] !== '?') return { length: 1, captures: true, flagsOnly: false };
  const head = /^\(\?(?:P?<\w+>|([imsU]*(?:-[imsU]+)?)([:)]))/.exec(source.slice(at, at + 80));
  if (head === null) throw new PatternError('lookaround cannot be matched in linear time', at);
  return { length: head[0].length, captures: head[2] === undefined, flagsOnly: head[2] === ')' };
}

const NAMED_CONTROLS: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/**
 * The same expression in what our machine reads: `\Q..\E` written out, letters beyond ASCII as their UTF-8
 * bytes, control characters as escapes. @throws PatternError where a class holds such a letter
 */
export function asciiSource(source: string): string {
  let out = '';
  for (let at = 0; at < source.length; ) {
    if (source.startsWith('\\Q', at)) {
      const end = source.indexOf('\\E', at);
      out += quoted(source.slice(at + 2, end < 0 ? source.length : end));
      at = end < 0 ? source.length : end + 2;
    } else if (source[at] === '\\') {
      out += source.slice(at, at + 2);
      at += 2;
    } else if (source[at] === '[') {
      const end = skipClass(source, at);
      const inside = source.slice(at, end);
      if (/[^\x00-\x7e]/.test(inside)) {
        throw new PatternError('a class holds letters beyond ASCII; patterns match bytes', at);
      }
      out += inside.replace(/[\x00-\x1f]/g, control);
      at = end;
    } else {
      const letter = String.fromCodePoint(source.codePointAt(at)!);
      out += letter > '~' ? `(?:${bytesOf(letter)})` : letter.replace(/[\x00-\x1f]/g, control);
      at += letter.length;
    }
  }
  return out;
}

function control(char: string): string {
  return NAMED_CONTROLS[char] ?? bytesOf(char);
}

function bytesOf(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** A literal as a pattern. */
export function quoted(text: string): string {
  return [...text]
    .map((char) => (/[0-9A-Za-z_\- /]/.test(char) ? char : /[!-~]/.test(char) ? `\\${char}` : bytesOf(char)))
    .join('');
}

/** The expression with each capturing group renamed: to what `nameOf` says, or to a group that only groups. */
export function renameGroups(
  source: string,
  outline: Outline,
  nameOf: (group: Group) => string | null,
): string {
  let out = '';
  let from = 0;
  for (const group of outline.groups) {
    const name = nameOf(group);
    out += `${source.slice(from, group.open)}${name === null ? '(?:' : `(?P<${name}>`}`;
    from = group.body;
  }
  return out + source.slice(from);
}
