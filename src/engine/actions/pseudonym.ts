import type { Secret } from '../secret.ts';
import type { Action } from './action.ts';
import { fillPlaceholder } from './placeholder.ts';

// An import of node:crypto would ask for all it exports, WebCrypto too: 10 ms of every start.
const { createHmac } = process.getBuiltinModule('node:crypto');

/** 48 bits: two of a million secrets share a pseudonym with a chance below 1 in 500. */
const HEX_DIGITS = 12;

export interface PseudonymOptions {
  readonly template: string;
  readonly labels: readonly string[];
  readonly key: Uint8Array;
  /** Tells pseudonyms of one key from those of the next, so that the key can rotate. */
  readonly keyId: string;
  /** By rule: the known value, so that every spelling of it gets one pseudonym; else the found bytes decide. */
  readonly secrets: readonly (Secret | null)[];
}

/** Replaces equal secrets by equal words, `[REDACTED:<label>:<key id>:<12 hex>]`: HMAC-SHA-256 under a key. */
export function createPseudonym(options: PseudonymOptions): Action {
  const { template, labels, key, keyId, secrets } = options;
  const word = (rule: number, value: Uint8Array): Uint8Array => {
    const hex = createHmac('sha256', key).update(value).digest('hex').slice(0, HEX_DIGITS);
    return fillPlaceholder(template, labels[rule]!, `:${keyId}:${hex}`);
  };
  // Made with the first finding: an HMAC of each of 10,000 values would hold a reload up for 0.1 s.
  const known: (Uint8Array | null)[] = secrets.map(() => null);
  return {
    name: 'pseudonym',
    replace: (rule, haystack, start, end) => {
      const secret = secrets[rule] ?? null;
      if (secret === null) return word(rule, haystack.subarray(start, end));
      known[rule] ??= word(rule, secret.reveal());
      return known[rule];
    },
  };
}
