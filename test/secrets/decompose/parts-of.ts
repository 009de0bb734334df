import { randomBytes } from 'node:crypto';
import { decompose } from '../../../src/secrets/decompose/index.ts';

/** The parts of a value (the whole left out), by what they are. Test values are minted, so their text may be shown. */
export function partsOf(
  value: string | Uint8Array,
  key = 'value',
): { part: string; key: string; text: string }[] {
  const [, ...parts] = decompose({ name: `shop/${key}`, key, part: '' }, Buffer.from(value));
  return parts.map((secret) => ({
    part: secret.origin.part,
    key: secret.origin.key,
    text: Buffer.from(secret.reveal()).toString(),
  }));
}

export function textsOf(value: string | Uint8Array, key?: string): string[] {
  return partsOf(value, key).map((part) => part.text);
}

/** A password minted at run time. */
export function minted(bytes = 9): string {
  return `p${randomBytes(bytes).toString('hex')}`;
}
