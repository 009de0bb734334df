import type { DocumentOptions } from './document.ts';

/** A key on the way of some path. */
interface PathNode {
  /** Index of the path that ends here, or -1. */
  path: number;
  /** Index of the part that is the object here, or -1. */
  part: number;
  readonly keys: KeyTable<PathNode>;
}

/** Longer keys are on no list. */
const MAX_KEY = 256;
/** A byte of a key in its longest escape, `\u0061`. */
const WIDEST = 6;
const BACKSLASH = 0x5c;

/** Follows keys through a document: which of the paths a value stands at, and whether detectors keep still in it. */
export class DocumentFields {
  /** The value of the key in hand is protected. */
  #protected = false;
  readonly #protect = new KeyTable<true>();
  readonly #actions = new KeyTable<{ readonly hasSource: boolean }>();
  readonly #root: PathNode;
  /** The objects around, as far as they are on a path, and their depths. As long as the longest path, at most. */
  readonly #nodes: PathNode[] = [];
  readonly #depths: number[] = [];
  /** What the value in hand stands at. */
  #node: PathNode | null;
  #bulk: boolean;
  /** The next, or present, top-level value is an action. */
  #actionTurn = true;
  /** The present one is, for sure. */
  #inAction = false;
  #hasSource = false;

  constructor(options: DocumentOptions) {
    this.#bulk = options.bulk;
    this.#root = newNode();
    for (const [at, path] of options.origin.entries()) plant(this.#root, path.split('.'), 'path', at);
    for (const [at, path] of (options.parts ?? []).entries()) plant(this.#root, path.split('.'), 'part', at);
    for (const key of options.protect) this.#protect.set(key, true);
    for (const key of ['index', 'create', 'update']) this.#actions.set(key, { hasSource: true });
    this.#actions.set('delete', { hasSource: false });
    this.#node = this.#root;
  }

  /** True when nothing is asked: the keys need not be followed. */
  static needless(options: DocumentOptions): boolean {
    const { protect, origin, parts = [], bulk } = options;
    return protect.size === 0 && origin.length === 0 && parts.length === 0 && !bulk;
  }

  /** The key `bytes[from, to)`, without quotes, in the object at `depth`. */
  key(bytes: Buffer, from: number, to: number, depth: number): void {
    if (hasEscape(bytes, from, to)) {
      const key = undoEscapes(bytes, from, to);
      this.#look(key, 0, key.length, depth);
    } else this.#look(bytes, from, to, depth);
  }

  #look(bytes: Buffer, from: number, to: number, depth: number): void {
    this.#protected = this.#protect.get(bytes, from, to) !== null;
    if (this.#depths.length > 0 && this.#depths[this.#depths.length - 1] === depth)
      this.#node = this.#nodes[this.#nodes.length - 1]!.keys.get(bytes, from, to);
    if (!this.#bulk || !this.#actionTurn || this.#inAction || depth !== 1) return;
    const action = this.#actions.get(bytes, from, to);
    this.#inAction = action !== null;
    this.#bulk = action !== null;
    this.#hasSource = action?.hasSource === true;
  }

  opened(object: boolean, depth: number): void {
    this.#protected = false;
    if (!object || this.#node === null) return;
    this.#nodes.push(this.#node);
    this.#depths.push(depth);
    this.#node = null;
  }

  /** @returns the part that ended, or -1 */
  closed(depth: number): number {
    this.#protected = false;
    if (this.#depths.length === 0 || this.#depths[this.#depths.length - 1] !== depth) return -1;
    this.#depths.pop();
    this.#node = this.#nodes.pop()!;
    return this.#node.part;
  }

  /** A top-level value ended. @returns whether it was an action whose source comes next */
  ended(): boolean {
    this.#protected = false;
    this.#depths.length = 0;
    this.#nodes.length = 0;
    this.#node = this.#root;
    if (!this.#bulk) return false;
    // What ends in the place of an action and is none leaves all that follows out of step.
    if (this.#actionTurn && !this.#inAction) this.#bulk = false;
    const opens = this.#actionTurn && this.#hasSource;
    this.#actionTurn = !opens;
    this.#inAction = false;
    return opens && this.#bulk;
  }

  /** Behind broken JSON nobody knows what is an action. */
  broke(): void {
    this.#bulk = false;
    this.#inAction = false;
    this.#protected = false;
    this.#depths.length = 0;
    this.#nodes.length = 0;
    this.#node = null;
  }

  /** Detectors keep still in the token in hand. */
  get quiet(): boolean {
    return this.#protected || this.#inAction;
  }

  /** The path that the value in hand stands at, or -1. */
  get path(): number {
    return this.#node === null ? -1 : this.#node.path;
  }
}

function newNode(): PathNode {
  return { path: -1, part: -1, keys: new KeyTable() };
}

/** Adds a path; any of its segments may have been joined into one key. */
function plant(node: PathNode, segments: readonly string[], as: 'path' | 'part', index: number): void {
  if (segments.length === 0) {
    if (node[as] === -1) node[as] = index;
    return;
  }
  for (let count = 1; count <= segments.length; count++) {
    const key = segments.slice(0, count).join('.');
    const child = node.keys.set(key, newNode());
    plant(child, segments.slice(count), as, index);
  }
}

/** A few keys, found by their bytes without making a string of them: `subarray` or `toString` cost 100 ns a key. */
class KeyTable<T> {
  /** By the key's length. */
  readonly #rows: ({ readonly key: Buffer; readonly value: T }[] | undefined)[] = [];

  /** @returns the value that the key has already, or `value` */
  set(key: string, value: T): T {
    const bytes = Buffer.from(key);
    const known = this.get(bytes, 0, bytes.length);
    if (known !== null) return known;
    const row = this.#rows[bytes.length] ?? [];
    row.push({ key: bytes, value });
    this.#rows[bytes.length] = row;
    return value;
  }

  get(bytes: Uint8Array, from: number, to: number): T | null {
    const row = this.#rows[to - from];
    if (row === undefined) return null;
    for (let i = 0; i < row.length; i++) if (stands(row[i]!.key, bytes, from)) return row[i]!.value;
    return null;
  }
}

function stands(key: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return false;
  return true;
}

function hasEscape(bytes: Uint8Array, from: number, to: number): boolean {
  const end = Math.min(to, from + MAX_KEY * WIDEST);
  for (let at = from; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/** A key that holds escapes, decoded; as it stands when it is too long to matter, or no valid string. */
function undoEscapes(bytes: Buffer, from: number, to: number): Buffer {
  const raw = bytes.subarray(from, to);
  if (raw.length > MAX_KEY * WIDEST) return raw;
  try {
    return Buffer.from(String(JSON.parse(`"${raw.toString()}"`)));
  } catch (cause) {
    if (cause instanceof SyntaxError) return raw;
    throw cause;
  }
}
