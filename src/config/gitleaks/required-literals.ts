import { TOKEN } from '../../engine/near.ts';
import type { Node } from '../../engine/pattern/ast.ts';
import { addAll, type ByteSet, emptySet, members } from '../../engine/pattern/byte-set.ts';
import { holdsSecret, maxLength } from '../../engine/pattern/measure.ts';

/** Literals one of which stands in every match, and how the match lies round them. */
export interface RequiredLiterals {
  readonly words: readonly string[];
  /** Letters stand in either case; `words` are then in lower case. */
  readonly fold: boolean;
  /** Most bytes of the match ahead of the literal's start and behind its end; behind the shortest's, in the longest match. */
  readonly before: number;
  readonly after: number;
  /** The secret may begin ahead of the literal and hold what a stream does not wait for (blanks, quotes). */
  readonly tooLate: boolean;
  /** One of the literals asked for is known to stand in every match, whether or not among `words`. */
  readonly holdsWanted: boolean;
}

/** More literals for one rule would wake it too often. */
const MAX_WORDS = 64;
/** Members of a class that are tried one by one. */
const MAX_MEMBERS = 8;
const MIN_BYTES = 3;
/** A longer literal is cut: a keyword need not be long. */
const LONGEST = 32;

interface Exact {
  readonly text: string;
  readonly fold: boolean;
}

/** A candidate on its way up the tree. */
interface Candidate {
  readonly words: readonly Exact[];
  readonly before: number;
  readonly after: number;
  /** Bytes that may stand in this node ahead of the literal. */
  readonly ahead: ByteSet;
  /** Of those, the ones in the secret or behind its start; null while the secret begins at or behind the literal. */
  readonly secretAhead: ByteSet | null;
}

interface Reading {
  /** Every text that the node can match, when they are few. */
  readonly exact: readonly Exact[] | null;
  readonly found: readonly Candidate[];
}

const NOTHING: Reading = { exact: [{ text: '', fold: false }], found: [] };

/**
 * Finds the best literals of three bytes or more that every match holds.
 * @param wanted literals in lower case that are liked: those that hold one of them come first
 * @returns null when no literal stands in every match
 */
export function requiredLiterals(root: Node, wanted: readonly string[]): RequiredLiterals | null {
  const { exact, found } = read(root);
  const all = exact === null ? found : [...found, candidate(exact)];
  const rated = all
    .filter(isUseful)
    .map((each) => toLiterals(each, wanted))
    .map((literals) => ({ literals, rank: rank(literals) }));
  rated.sort((a, b) => b.rank - a.rank);
  const best = rated[0]?.literals;
  if (best === undefined) return null;
  return { ...best, holdsWanted: rated.some(({ literals }) => literals.holdsWanted) };
}

function isUseful({ words }: Candidate): boolean {
  return words.length > 0 && words.length <= MAX_WORDS && words.every(({ text }) => text.length >= MIN_BYTES);
}

function rank({ words, before, tooLate, holdsWanted }: RequiredLiterals): number {
  const shortest = Math.min(...words.map((word) => word.length));
  return (
    (tooLate ? -4000 : 0) +
    (holdsWanted ? 2000 : 0) +
    20 * Math.min(12, shortest) -
    words.length -
    Math.min(200, before)
  );
}

function toLiterals(
  { words, before, after, secretAhead }: Candidate,
  wanted: readonly string[],
): RequiredLiterals {
  const fold = words.some((word) => word.fold);
  const texts = words.map(({ text }) => (fold ? text.toLowerCase() : text));
  const holdsWanted = texts.every((text) => wanted.some((part) => text.toLowerCase().includes(part)));
  // One that begins with another wakes no more.
  const cut = [...new Set(texts.map((text) => text.slice(0, LONGEST)))];
  const kept = cut.filter((text) => !cut.some((other) => other !== text && text.startsWith(other)));
  const spread = Math.max(...texts.map((text) => text.length)) - Math.min(...kept.map((text) => text.length));
  const tooLate =
    secretAhead !== null &&
    members(secretAhead).some((byte) => TOKEN[byte] === 0 && byte !== 0x2e && byte !== 0x5c);
  return { words: kept, fold, before, after: after + spread, tooLate, holdsWanted };
}

function candidate(words: readonly Exact[]): Candidate {
  return { words, before: 0, after: 0, ahead: emptySet(), secretAhead: null };
}

function read(node: Node): Reading {
  switch (node.kind) {
    case 'empty':
    case 'assert':
      return NOTHING;
    case 'set':
      return { exact: exactOf(node.set), found: [] };
    case 'secret': {
      const { exact, found } = read(node.item);
      return { exact, found: found.map((item) => ({ ...item, secretAhead: item.ahead })) };
    }
    case 'concat':
      return readRow(node.items);
    case 'alternate':
      return readChoice(node.items.map(read));
    case 'repeat':
      return readRepeat(node, read(node.item));
  }
}

/** The members of a small class of printable ASCII, a letter in both cases as one. */
function exactOf(set: ByteSet): Exact[] | null {
  const found: Exact[] = [];
  for (const byte of members(set)) {
    if (byte < 0x20 || byte > 0x7e || found.length === MAX_MEMBERS) return null;
    const isUpper = byte >= 0x41 && byte <= 0x5a;
    const isLower = byte >= 0x61 && byte <= 0x7a;
    if (isLower && set[byte - 32] === 1) continue;
    const fold = isUpper && set[byte + 32] === 1;
    found.push({ text: String.fromCharCode(fold ? byte + 32 : byte), fold });
  }
  return found;
}

function readRow(items: readonly Node[]): Reading {
  const found: Candidate[] = [];
  let run: readonly Exact[] = NOTHING.exact!;
  let start = 0;
  let whole = true;
  const flush = (end: number): void => {
    if (run.some(({ text }) => text !== '')) found.push(place(candidate(run), items, start, end));
  };
  for (const [at, item] of items.entries()) {
    const { exact, found: inside } = read(item);
    found.push(...inside.map((each) => place(each, items, at, at + 1)));
    const joined = exact === null ? null : product(run, exact);
    if (joined !== null) {
      run = joined;
      continue;
    }
    whole = false;
    flush(at);
    run = exact ?? NOTHING.exact!;
    start = exact === null ? at + 1 : at;
  }
  if (whole) return { exact: run, found };
  flush(items.length);
  return { exact: null, found };
}

/** A candidate of the items `[start, end)`, seen from the whole row. */
function place(inner: Candidate, items: readonly Node[], start: number, end: number): Candidate {
  const ahead = inner.ahead.slice();
  let secretAhead = inner.secretAhead;
  for (const item of items.slice(0, start)) {
    const bytes = bytesIn(item);
    addAll(ahead, bytes);
    if (inner.secretAhead !== null || !(secretAhead !== null || holdsSecret(item))) continue;
    secretAhead = (secretAhead ?? inner.ahead).slice();
    addAll(secretAhead, bytes);
  }
  const sum = (part: readonly Node[]): number => part.reduce((most, item) => most + maxLength(item), 0);
  return {
    words: inner.words,
    before: inner.before + sum(items.slice(0, start)),
    after: inner.after + sum(items.slice(end)),
    ahead,
    secretAhead,
  };
}

function product(left: readonly Exact[], right: readonly Exact[]): Exact[] | null {
  if (left.length * right.length > MAX_WORDS) return null;
  return left.flatMap((a) => right.map((b) => ({ text: a.text + b.text, fold: a.fold || b.fold })));
}

function readChoice(parts: readonly Reading[]): Reading {
  const best = parts.map(({ exact, found }) => {
    const all = exact === null ? found : [...found, candidate(exact)];
    return all.filter(isUseful).sort((a, b) => shortest(b) - shortest(a))[0];
  });
  const exact = parts.every((part) => part.exact !== null) ? parts.flatMap((part) => part.exact!) : null;
  const few = exact !== null && exact.length <= MAX_WORDS ? exact : null;
  if (best.some((item) => item === undefined)) return { exact: few, found: [] };
  return { exact: few, found: [union(best as Candidate[])] };
}

function shortest({ words }: Candidate): number {
  return Math.min(...words.map(({ text }) => text.length));
}

function union(parts: readonly Candidate[]): Candidate {
  const ahead = emptySet();
  let secretAhead: ByteSet | null = null;
  for (const part of parts) {
    addAll(ahead, part.ahead);
    if (part.secretAhead === null) continue;
    secretAhead ??= emptySet();
    addAll(secretAhead, part.secretAhead);
  }
  return {
    words: parts.flatMap(({ words }) => words),
    before: Math.max(...parts.map(({ before }) => before)),
    after: Math.max(...parts.map(({ after }) => after)),
    ahead,
    secretAhead,
  };
}

function readRepeat(node: Node & { kind: 'repeat' }, { exact, found }: Reading): Reading {
  const { item, min, max } = node;
  if (min === 0) {
    const optional = max === 1 && exact !== null && exact.length < MAX_WORDS;
    return { exact: optional ? [...exact, ...NOTHING.exact!] : max === 0 ? NOTHING.exact : null, found: [] };
  }
  const more = max === 1 ? 0 : (max - 1) * maxLength(item);
  const once = exact === null ? found : [...found, candidate(exact)];
  const later = once.map((each) => ({ ...each, after: each.after + more }));
  if (min !== max || exact === null) return { exact: null, found: later };
  let repeated: Exact[] | null = [...NOTHING.exact!];
  for (let round = 0; round < min && repeated !== null; round++) {
    repeated = repeated[0]!.text.length > LONGEST ? null : product(repeated, exact);
  }
  return { exact: repeated, found: later };
}

/** Every byte that a match of the node may hold. */
export function bytesIn(node: Node): ByteSet {
  const found = emptySet();
  switch (node.kind) {
    case 'set':
      return node.set;
    case 'concat':
    case 'alternate':
      for (const item of node.items) addAll(found, bytesIn(item));
      return found;
    case 'repeat':
      return node.max === 0 ? found : bytesIn(node.item);
    case 'secret':
      return bytesIn(node.item);
    default:
      return found;
  }
}
