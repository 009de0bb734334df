import { type Assertion, type Node, PatternError } from './ast.ts';
import { type ByteSet, members, SetRegister } from './byte-set.ts';
import { type Choice, choiceOf } from './choice.ts';
import { isPossessive, type Rest, stopBytes } from './follow.ts';
import { firstBytes, maxLength, minLength } from './measure.ts';
import * as op from './program.ts';
import { threadJumps } from './thread-jumps.ts';

/** More words than this are refused: their marks would make every slow run expensive. */
const MAX_CODE = 40_000;

const ASSERTIONS: Record<Assertion, number> = {
  'text-start': op.ASSERT_TEXT_START,
  'text-end': op.ASSERT_TEXT_END,
  'line-start': op.ASSERT_LINE_START,
  'line-end': op.ASSERT_LINE_END,
  word: op.ASSERT_WORD,
  'not-word': op.ASSERT_NOT_WORD,
};

/**
 * Turns a parsed pattern into instructions.
 * @throws PatternError when the program would be too large
 */
export function compilePattern(root: Node): op.Program {
  const emitter = new Emitter();
  emitter.emit(root, null);
  emitter.push(op.OP_MATCH);
  threadJumps(emitter.code, emitter.targets);
  return {
    code: Int32Array.from(emitter.code),
    tables: emitter.tables(),
    targets: Int32Array.from(emitter.targets),
    first: firstBytes(root),
    marks: emitter.marks,
    runs: emitter.runs,
    seen: {
      text: new Float64Array(emitter.runs),
      from: new Int32Array(emitter.runs),
      to: new Int32Array(emitter.runs),
    },
    minLength: minLength(root),
    maxLength: maxLength(root),
  };
}

class Emitter {
  readonly code: number[] = [];
  readonly targets: number[] = [];
  marks = 0;
  runs = 0;
  /** Words that have no mark and do not count, for what compiled without them goes on to. */
  #uncounted = 0;
  readonly #register = new SetRegister();

  push(...words: number[]): void {
    this.code.push(...words);
    if (this.code.length - this.#uncounted > MAX_CODE) {
      throw new PatternError(
        `the pattern is too large: more than ${MAX_CODE} words of code; lower a repetition`,
        0,
      );
    }
  }

  tables(): Uint8Array {
    const { sets } = this.#register;
    const tables = new Uint8Array(256 * sets.length);
    for (const [index, set] of sets.entries()) tables.set(set, 256 * index);
    return tables;
  }

  /** Emits `node`; `rest` is what follows it, for deciding whether a run may keep all it took. */
  emit(node: Node, rest: Rest | null): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'set':
        this.#one(node.set);
        return;
      case 'concat':
        this.#row(node.items, rest);
        return;
      case 'alternate':
        this.#choice(node.items, rest);
        return;
      case 'secret':
        this.push(op.OP_OPEN);
        this.emit(node.item, rest);
        this.push(op.OP_CLOSE);
        return;
      case 'assert':
        this.push(op.OP_ASSERT, ASSERTIONS[node.what]);
        return;
      case 'repeat':
        if (node.item.kind === 'set') this.#run(node, node.item.set, rest);
        else this.#loop(node, rest);
    }
  }

  #one(set: ByteSet): void {
    const bytes = members(set);
    if (bytes.length === 1) this.push(op.OP_BYTE, bytes[0]!);
    else this.push(op.OP_SET, this.#table(set));
  }

  #table(set: ByteSet): number {
    return 256 * this.#register.numberOf(set);
  }

  #row(items: readonly Node[], rest: Rest | null): void {
    const rests: (Rest | null)[] = [rest];
    for (let at = items.length - 1; at > 0; at--) rests.unshift({ node: items[at]!, next: rests[0]! });
    for (const [at, item] of items.entries()) this.emit(item, rests[at]!);
  }

  #choice(items: readonly Node[], rest: Rest | null): void {
    const choice = choiceOf(items.map(firstBytes));
    if (choice === null) this.#tryEach(items, rest);
    else this.#choose(items, choice, rest);
    this.#mark();
  }

  #tryEach(items: readonly Node[], rest: Rest | null): void {
    const exits: number[] = [];
    for (const [index, item] of items.entries()) {
      const last = index === items.length - 1;
      const peek = last ? -1 : this.#peek(item);
      const split = last ? -1 : this.#split();
      this.emit(item, rest);
      if (!last) {
        this.push(op.OP_JUMP, 0);
        exits.push(this.code.length - 1);
        this.code[split + 3] = this.code.length;
        if (peek >= 0) this.code[peek + 2] = this.code.length;
      }
    }
    for (const exit of exits) this.code[exit] = this.code.length;
  }

  /** Emits the items, and for each set of those that one byte can begin a chain of splits that tries no other. */
  #choose(items: readonly Node[], { branches, cells }: Choice, rest: Rest | null): void {
    this.push(op.OP_CHOOSE, 0);
    const operand = this.code.length - 1;
    const exits: number[] = [];
    const starts = items.map((item) => {
      const start = this.code.length;
      this.emit(item, rest);
      this.push(op.OP_JUMP, 0);
      exits.push(this.code.length - 1);
      return start;
    });
    const chains = branches.map((open) => this.#chain(open.map((branch) => starts[branch]!)));
    this.code[operand] = this.targets.length;
    for (const cell of cells) this.targets.push(chains[cell]!);
    for (const exit of exits) this.code[exit] = this.code.length;
  }

  /** Splits that try what begins at each of `starts`; returns the place of the first one. */
  #chain(starts: readonly number[]): number {
    if (starts.length <= 1) return starts[0] ?? op.NOWHERE;
    const at = this.code.length;
    for (const start of starts.slice(0, -1)) {
      const split = this.#split();
      this.code[split + 2] = start;
      this.code[split + 3] = this.code.length;
    }
    this.push(op.OP_JUMP, starts.at(-1)!);
    return at;
  }

  /** A split whose first branch is the next instruction; returns its place. */
  #split(): number {
    const at = this.code.length;
    this.push(op.OP_SPLIT, this.marks++, at + 4, 0);
    return at;
  }

  /** A look at the next byte ahead of a branch into `item`; returns its place, or -1 where none can help. */
  #peek(item: Node): number {
    const first = firstBytes(item);
    if (first === null) return -1;
    const at = this.code.length;
    this.push(op.OP_PEEK, this.#table(first), 0);
    return at;
  }

  #mark(): void {
    this.push(op.OP_MARK, this.marks++);
  }

  #run(node: Node & { kind: 'repeat' }, set: ByteSet, rest: Rest | null): void {
    const { min, max, greedy } = node;
    if (max === 0) return;
    const exact = min === max || isPossessive(set, min, greedy, rest);
    if (exact || (greedy && max !== Number.POSITIVE_INFINITY)) {
      const limit = max === Number.POSITIVE_INFINITY ? op.UNBOUNDED : max;
      this.push(exact ? op.OP_RUN : op.OP_RUN_BACK, this.#table(set), min, limit, this.runs++);
      if (!exact) this.#mark();
      return;
    }
    if (min > 0) this.push(op.OP_RUN, this.#table(set), min, min, this.runs++);
    this.#loop({ ...node, min: 0, max: max - min }, rest);
  }

  /** Takes the bytes of a lazy run that cannot end it: what follows is tried only where it may begin. */
  #skip(set: ByteSet, rest: Rest | null): void {
    const stops = stopBytes(set, rest);
    const inside = set.map((cell, byte) => cell & ~stops[byte]!);
    if (inside.includes(1)) this.push(op.OP_RUN, this.#table(inside), 0, op.UNBOUNDED, this.runs++);
  }

  #loop(node: Node & { kind: 'repeat' }, rest: Rest | null): void {
    const { item, min, max, greedy } = node;
    if (max === Number.POSITIVE_INFINITY) {
      const again: Rest = { node: { ...node, min: 0 }, next: rest };
      for (let round = 0; round < min; round++) this.emit(item, again);
      this.#star(item, greedy, again);
      return;
    }
    for (let round = 0; round < min; round++) {
      this.emit(item, { node: { ...node, min: min - round - 1, max: max - round - 1 }, next: rest });
    }
    // Most are one round: left out, where the next byte can't begin it.
    const first = this.code.length;
    const peek = greedy && max > min ? this.#peek(item) : -1;
    this.#uncounted += this.code.length - first;
    const splits: number[] = [];
    for (let round = min; round < max; round++) {
      splits.push(this.#split());
      this.emit(item, { node: { ...node, min: 0, max: max - round - 1 }, next: rest });
    }
    for (const split of splits) this.#aim(split, greedy);
    if (peek >= 0) this.code[peek + 2] = this.code.length;
    if (splits.length > 0) this.#mark();
  }

  #star(item: Node, greedy: boolean, again: Rest): void {
    const start = this.code.length;
    const peek = greedy ? this.#peek(item) : -1;
    if (!greedy && item.kind === 'set') this.#skip(item.set, again.next);
    const split = this.#split();
    this.emit(item, again);
    this.push(op.OP_JUMP, start);
    this.#aim(split, greedy);
    if (peek >= 0) this.code[peek + 2] = this.code.length;
  }

  /** Sets the way out of a loop's split to the next instruction. */
  #aim(split: number, greedy: boolean): void {
    const body = split + 4;
    this.code[split + 2] = greedy ? body : this.code.length;
    this.code[split + 3] = greedy ? this.code.length : body;
  }
}
