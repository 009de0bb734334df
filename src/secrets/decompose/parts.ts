import { Secret, type SecretOrigin } from '../../engine/secret.ts';
import { trimBlanks } from '../../engine/variants/trim.ts';
import { decodeBase64, looksBinary, looksLikeText } from './base64-decode.ts';
import type { DocumentKind } from './document.ts';
import { percentDecode } from './percent-decode.ts';
import { holdsBase64, holdsUserAndPassword, isSecretName, mayNameFile } from './secret-name.ts';

/** Parts taken of one value at most; the whole value stays sought in any case. */
export const MAX_PARTS = 1000;
/** Documents in documents: a PEM in JSON in base64 in an `.env` line is 4 deep. */
const MAX_DEPTH = 5;
/** Looks into documents, parts or not, per value: bounds the work for nested ones. */
const MAX_LOOKS = 10_000;
const LONGEST_NAME = 64;
const COLON = 0x3a;

/** Collects the parts of one value: each once, at most MAX_PARTS, and looks for documents in each of them. */
export class Parts {
  /** The whole value first. */
  readonly secrets: Secret[];
  readonly #origin: SecretOrigin;
  readonly #kinds: readonly DocumentKind[];
  #depth = 0;
  /** What is being read is secret as a whole, not only a place where secrets may stand. */
  #inSecret = true;
  #looks = 0;

  constructor(origin: SecretOrigin, value: Uint8Array, kinds: readonly DocumentKind[]) {
    this.#origin = origin;
    this.#kinds = kinds;
    this.secrets = [new Secret(origin, value)];
  }

  /** True when no more parts are taken. */
  get full(): boolean {
    return this.secrets.length > MAX_PARTS || this.#looks >= MAX_LOOKS;
  }

  /**
   * Takes a part that is secret, without white space around it, and looks into it. The bytes are copied.
   * @param part what it is, for people @param key its own name, or empty for the value's: a short part is matched next to that
   */
  add(part: string, key: string, bytes: Uint8Array): void {
    const value = trimBlanks(bytes);
    if (value.length === 0 || this.full) return;
    if (this.secrets.some((taken) => taken.length === value.length && equals(taken.reveal(), value))) return;
    const { name, key: ownKey } = this.#origin;
    this.secrets.push(new Secret({ name, key: key === '' ? ownKey : key, part: printable(part) }, value));
    this.#read(value, true);
  }

  /** Takes what the document being read is in another form, as secret as the document itself. */
  derived(part: string, bytes: Uint8Array): void {
    if (this.#inSecret) this.add(part, '', bytes);
    else this.look(bytes);
  }

  /** Takes what `name` names: a secret if the name says so; in any case documents in it are read. */
  named(kind: string, name: string, bytes: Uint8Array): void {
    if (!isSecretName(name) || (isFileName(bytes) && mayNameFile(name))) {
      this.look(bytes);
      return;
    }
    this.add(`${kind}:${name}`, name, bytes);
    this.encoded(kind, name, bytes);
  }

  /** Takes what a value that a name calls base64, or a user and a password, holds. */
  encoded(kind: string, name: string, bytes: Uint8Array): void {
    const value = trimBlanks(bytes);
    if (holdsUserAndPassword(name)) {
      const decoded = decodeBase64(value);
      if (decoded?.includes(COLON) && looksLikeText(decoded)) {
        this.add(`${kind}:${name}-decoded`, name, decoded);
        this.#password(`${kind}:${name}-password`, decoded);
      } else this.#password(`${kind}:${name}-password`, value);
      decoded?.fill(0);
    } else if (holdsBase64(name)) {
      const decoded = decodeBase64(value);
      if (decoded !== null) this.add(`${kind}:${name}-decoded`, name, decoded);
      decoded?.fill(0);
    }
  }

  /** Takes the value as written and percent-decoded, when that differs. */
  percent(part: string, key: string, bytes: Uint8Array): void {
    this.add(part, key, bytes);
    const decoded = percentDecode(bytes);
    if (decoded === null) return;
    this.add(`${part}-decoded`, key, decoded);
    decoded.fill(0);
  }

  /** Reads the whole value as every kind of document. */
  lookIntoWhole(): void {
    this.#read(this.secrets[0]!.reveal(), true);
  }

  /** Reads bytes that are no secret themselves as every kind of document, until one is sure. */
  look(bytes: Uint8Array): void {
    this.#read(bytes, false);
  }

  #read(bytes: Uint8Array, secret: boolean): void {
    if (this.full || this.#depth === MAX_DEPTH || bytes.length === 0) return;
    this.#looks++;
    if (looksBinary(bytes)) return;
    this.#depth++;
    const outer = this.#inSecret;
    for (const kind of this.#kinds) {
      this.#inSecret = secret;
      if (kind.read(bytes, this)) break;
    }
    this.#inSecret = outer;
    this.#depth--;
  }

  /** What stands behind the first colon of `user:password`; a user has no blanks (RFC 7617 forbids only colons). */
  #password(part: string, pair: Uint8Array): void {
    const colon = pair.indexOf(COLON);
    if (colon < 0 || pair.subarray(0, colon).includes(0x20)) return;
    this.add(part, 'password', pair.subarray(colon + 1));
  }
}

function equals(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

/** An absolute path: `GOOGLE_APPLICATION_CREDENTIALS=/var/run/key.json` tells where the secret is, not what. */
function isFileName(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0x2f &&
    bytes.indexOf(0x2f, 1) !== -1 &&
    bytes.indexOf(0x2e, 1) !== -1 &&
    !bytes.includes(0x20)
  );
}

/** A name out of a document as lists and logs can show it. */
function printable(name: string): string {
  return name.slice(0, LONGEST_NAME).replace(/[^\x21-\x7e]/g, '?');
}
