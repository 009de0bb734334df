import type { DocumentOptions } from './document.ts';

/** A key on the way of some path. */
interface PathNode {
  /** Index of the path that ends here, or -1. */
  path: number;
  readonly children: Map<string, PathNode>;
}

const ACTIONS = new Set(['index', 'create', 'update', 'delete']);
/** Longer keys are on no list. */
const MAX_KEY = 256;
/** A byte of a key in its longest escape, `\u0061`. */
const WIDEST = 6;
const BACKSLASH = 0x5c;

/** Follows keys through a document: which of the paths a value stands at, and whether detectors keep still in it. */
export class DocumentFields {
  /** The value of the key in hand is protected. */
  #protected = false;
  readonly #protect: ReadonlySet<string>;
  /** Lengths that a key of interest has, escapes undone. */
  readonly #lengths = new Uint8Array(MAX_KEY + 1);
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
    this.#protect = options.protect;
    this.#bulk = options.bulk;
    this.#root = { path: -1, children: new Map() };
    for (const [at, path] of options.origin.entries()) plant(this.#root, path.split('.'), at);
    for (const key of options.protect) this.#lengths[Math.min(MAX_KEY, Buffer.byteLength(key))] = 1;
    this.#node = this.#root;
  }

  /** True when nothing is asked: the keys need not be followed. */
  static needless(options: DocumentOptions): boolean {
    return options.protect.size === 0 && options.origin.length === 0 && !options.bulk;
  }

  /** The key `bytes[from, to)`, without quotes, in the object at `depth`. */
  key(bytes: Buffer, from: number, to: number, depth: number): void {
    const listed = to - from <= MAX_KEY && this.#lengths[to - from] === 1;
    const onPath = this.#depths.at(-1) === depth;
    const first = this.#bulk && this.#actionTurn && !this.#inAction && depth === 1;
    const escaped = to - from <= MAX_KEY * WIDEST && bytes.subarray(from, to).includes(BACKSLASH);
    this.#protected = false;
    if (onPath) this.#node = null;
    if (!listed && !onPath && !first && !escaped) return;
    const key = to - from <= MAX_KEY * WIDEST ? keyText(bytes, from, to, escaped) : '';
    this.#protected = this.#protect.has(key);
    if (onPath) this.#node = this.#nodes.at(-1)!.children.get(key) ?? null;
    if (first) this.#act(key);
  }

  #act(key: string): void {
    this.#inAction = ACTIONS.has(key);
    this.#hasSource = key !== 'delete';
    if (!this.#inAction) this.#bulk = false;
  }

  opened(object: boolean, depth: number): void {
    this.#protected = false;
    if (!object || this.#node === null) return;
    this.#nodes.push(this.#node);
    this.#depths.push(depth);
    this.#node = null;
  }

  closed(depth: number): void {
    this.#protected = false;
    if (this.#depths.at(-1) !== depth) return;
    this.#depths.pop();
    this.#node = this.#nodes.pop()!;
  }

  /** A top-level value ended. */
  ended(): void {
    this.#protected = false;
    this.#depths.length = 0;
    this.#nodes.length = 0;
    this.#node = this.#root;
    if (!this.#bulk) return;
    // What ends in the place of an action and is none leaves all that follows out of step.
    if (this.#actionTurn && !this.#inAction) this.#bulk = false;
    this.#actionTurn = !(this.#actionTurn && this.#hasSource);
    this.#inAction = false;
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

/** Adds a path; any of its segments may have been joined into one key. */
function plant(node: PathNode, segments: readonly string[], path: number): void {
  if (segments.length === 0) {
    if (node.path === -1) node.path = path;
    return;
  }
  for (let count = 1; count <= segments.length; count++) {
    const key = segments.slice(0, count).join('.');
    const child = node.children.get(key) ?? { path: -1, children: new Map() };
    node.children.set(key, child);
    plant(child, segments.slice(count), path);
  }
}

function keyText(bytes: Buffer, from: number, to: number, escaped: boolean): string {
  const text = bytes.toString('utf8', from, to);
  if (!escaped) return text;
  try {
    return String(JSON.parse(`"${text}"`));
  } catch (cause) {
    // Broken JSON: the key is what stands there.
    if (cause instanceof SyntaxError) return text;
    throw cause;
  }
}
