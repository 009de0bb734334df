/** Names of the groups that `captureHeads` adds; no user's group may begin like this. */
export const HEAD_PREFIX = 'unleak_head_';

interface Level {
  /** Offsets of the closed pieces of the branch under way, and the start of the open one. */
  pieces: [number, number][];
  from: number;
  /** Where the group's own parenthesis stands: the head of the level around it ends there. */
  readonly opened: number;
}

/**
 * re2-wasm tells a group's text, not its place. So everything that stands ahead of the group `secret`
 * in the match is put into groups too: the lengths of their texts add up to the secret's offset.
 * @returns the pattern with the groups and their number
 * @throws SyntaxError when the secret's place cannot be told: no such group, or it stands in a repetition
 */
export function captureHeads(source: string, name = 'secret'): { source: string; heads: number } {
  if (source.includes(HEAD_PREFIX)) throw new SyntaxError(`a group's name begins with ${HEAD_PREFIX}`);
  const levels: Level[] = [{ pieces: [], from: 0, opened: 0 }];
  let found: [number, number][] | null = null;
  // The groups that hold the secret are those that close below this depth.
  let floor = 0;
  for (let at = 0; at < source.length; ) {
    const level = levels.at(-1)!;
    const char = source[at];
    if (char === '\\') at = skipEscape(source, at);
    else if (char === '[') at = skipClass(source, at);
    else if (char === '|') {
      level.pieces = [];
      level.from = ++at;
    } else if (char === '(') {
      const flags = /^\(\?[imsU]*(?:-[imsU]+)?\)/.exec(source.slice(at, at + 24));
      if (flags !== null) {
        level.pieces.push([level.from, at]);
        at += flags[0].length;
        level.from = at;
        continue;
      }
      const head = /^\((?:\?(?:P?<(\w+)>|[imsU]*(?:-[imsU]+)?:))?/.exec(source.slice(at))!;
      if (head[1] === name && found === null) {
        found = levels.flatMap((open, depth): [number, number][] => {
          return [...open.pieces, [open.from, levels[depth + 1]?.opened ?? at]];
        });
        floor = levels.length + 1;
      }
      levels.push({ pieces: [], from: at + head[0].length, opened: at });
      at += head[0].length;
    } else if (char === ')') {
      levels.pop();
      at++;
      if (levels.length === 0) throw new SyntaxError('unbalanced )');
      if (levels.length < floor) {
        if (repeats(source, at)) throw new SyntaxError(`the group ${name} stands in a repetition`);
        floor = levels.length;
      }
    } else at++;
  }
  if (found === null) throw new SyntaxError(`has no group (?P<${name}>...)`);
  return insertHeads(source, found);
}

function insertHeads(source: string, pieces: readonly [number, number][]): { source: string; heads: number } {
  let out = '';
  let from = 0;
  let heads = 0;
  for (const [start, end] of pieces) {
    if (start === end) continue;
    out += `${source.slice(from, start)}(?P<${HEAD_PREFIX}${heads++}>${source.slice(start, end)})`;
    from = end;
  }
  return { source: out + source.slice(from), heads };
}

function skipEscape(source: string, at: number): number {
  if (source[at + 1] !== 'Q') return at + 2;
  const end = source.indexOf('\\E', at);
  return end < 0 ? source.length : end + 2;
}

/** The offset behind the class that opens at `at`. */
export function skipClass(source: string, at: number): number {
  let pos = at + 1;
  if (source[pos] === '^') pos++;
  if (source[pos] === ']') pos++;
  while (pos < source.length && source[pos] !== ']') {
    if (source[pos] === '\\') pos += 2;
    else if (source.startsWith('[:', pos)) pos = Math.max(pos + 1, source.indexOf(':]', pos) + 2);
    else pos++;
  }
  return pos + 1;
}

function repeats(source: string, at: number): boolean {
  const mark = /^(?:[*+]|\{(\d+)(,(\d*))?\})/.exec(source.slice(at, at + 12));
  if (mark === null) return false;
  if (mark[1] === undefined) return true;
  const most = mark[2] === undefined ? mark[1] : mark[3];
  return most === '' || Number(most) > 1;
}
