import { decodeBase64 } from './base64-decode.ts';
import type { Parts } from './parts.ts';
import { isSecretCollection } from './secret-name.ts';

/** Nesting and nodes of a parsed document that are walked at most. */
const MAX_NESTING = 64;
const MAX_NODES = 100_000;
/** Secret members of a JSON Web Key (RFC 7518, section 6). */
const JWK_MEMBERS = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']);

type Tree = Record<string, unknown>;

/** Walks a parsed JSON or YAML document and gives its leaves to `parts`: service accounts, kubeconfigs, docker configs. */
export function takeLeaves(root: unknown, kind: string, parts: Parts): void {
  new Walk(kind, parts).visit(root, '', 0);
}

class Walk {
  readonly #kind: string;
  readonly #parts: Parts;
  #nodes = 0;

  constructor(kind: string, parts: Parts) {
    this.#kind = kind;
    this.#parts = parts;
  }

  visit(node: unknown, name: string, depth: number): void {
    if (depth > MAX_NESTING || ++this.#nodes > MAX_NODES || this.#parts.full) return;
    if (typeof node === 'string') this.#leaf(name, node);
    else if (typeof node === 'number' || typeof node === 'bigint') this.#leaf(name, String(node));
    else if (Array.isArray(node)) for (const item of node) this.visit(item, name, depth + 1);
    else if (typeof node === 'object' && node !== null) this.#object(node as Tree, name, depth);
  }

  #object(node: Tree, name: string, depth: number): void {
    const whole = node.kind === 'Secret' || isSecretCollection(name);
    for (const [member, child] of Object.entries(node)) {
      if (node.kind === 'Secret' && (member === 'data' || member === 'stringData'))
        this.#manifest(child, member);
      else if (typeof node.kty === 'string' && JWK_MEMBERS.has(member) && typeof child === 'string')
        this.#secret(`jwk-${member}`, member, child);
      else if (whole && node.kind !== 'Secret' && typeof child === 'string')
        this.#secret(member, member, child);
      else this.visit(child, member, depth + 1);
    }
    // `{ "name": "DB_PASSWORD", "value": "…" }`, as in a container's environment.
    const label = node.name ?? node.key;
    if (typeof label === 'string' && typeof node.value === 'string') this.#leaf(label, node.value);
  }

  /** The values of a Kubernetes Secret manifest: all of them are secret, base64 in `data`. */
  #manifest(values: unknown, member: 'data' | 'stringData'): void {
    if (typeof values !== 'object' || values === null) return;
    for (const [key, text] of Object.entries(values)) {
      if (typeof text !== 'string') continue;
      const bytes = Buffer.from(text);
      const decoded = member === 'data' ? decodeBase64(bytes) : null;
      this.#parts.add(`${this.#kind}:${key}`, key, decoded ?? bytes);
      bytes.fill(0);
      decoded?.fill(0);
    }
  }

  #leaf(name: string, text: string): void {
    const bytes = Buffer.from(text);
    this.#parts.named(this.#kind, name, bytes);
    bytes.fill(0);
  }

  #secret(part: string, key: string, text: string): void {
    const bytes = Buffer.from(text);
    this.#parts.add(`${this.#kind}:${part}`, key, bytes);
    bytes.fill(0);
  }
}
