import { base64 } from './base64.ts';
import { base64url } from './base64url.ts';
import { form } from './form.ts';
import { hex } from './hex.ts';
import { joined } from './joined.ts';
import { lines } from './lines.ts';
import { lower } from './lower.ts';
import { plain } from './plain.ts';
import { shell } from './shell.ts';
import { trimBlanks } from './trim.ts';
import { uncoloured } from './uncoloured.ts';
import { upper } from './upper.ts';
import { utf16le } from './utf16le.ts';
import type { Needle, Variant } from './variant.ts';

/** Shortest needle: the kernel's window. */
export const MIN_NEEDLE = 8;
/** Of a longer value the first MiB is sought; a Kubernetes Secret cannot hold more. */
export const MAX_VALUE = 1024 * 1024;

/** The spellings, at most 32; the index is `Needle.variant`, so the order is fixed: new ones go to the end. */
export const VARIANTS: readonly Variant[] = [
  plain,
  form,
  lines,
  joined,
  shell,
  base64,
  base64url,
  hex,
  utf16le,
  upper,
  lower,
  uncoloured,
];

/** Variants reported as near misses, by index. */
export const NEAR_VARIANTS: ReadonlySet<number> = new Set([VARIANTS.indexOf(upper), VARIANTS.indexOf(lower)]);

/**
 * All needles of one value, each at least MIN_NEEDLE bytes and each once: the first variant of the register
 * that spells it gets it. No needle shares memory with the value, so the caller may wipe them all.
 * About 15 needles for a value of one line; their bytes are at most 30 times the value's.
 * @param value as it was read; white space around it is left out, unless less than MIN_NEEDLE bytes remained
 * @param secret goes into `Needle.secret`
 */
export function spell(value: Uint8Array, secret: number): Needle[] {
  const bounded = value.length > MAX_VALUE ? value.subarray(0, MAX_VALUE) : value;
  const trimmed = trimBlanks(bounded);
  const sought = trimmed.length >= MIN_NEEDLE ? trimmed : bounded;
  if (sought.length < MIN_NEEDLE) return [];
  const needles: Needle[] = [];
  const seen = new Map<number, Needle[]>();
  VARIANTS.forEach((variant, index) => {
    for (const bytes of variant.encode(sought)) {
      if (bytes.length < MIN_NEEDLE) continue;
      const hash = fnv(bytes);
      const alike = seen.get(hash) ?? [];
      if (alike.some((needle) => Buffer.compare(needle.bytes, bytes) === 0)) continue;
      const own = bytes.buffer === value.buffer ? Uint8Array.from(bytes) : bytes;
      const needle = { bytes: own, secret, variant: index };
      needles.push(needle);
      alike.push(needle);
      seen.set(hash, alike);
    }
  });
  return needles;
}

/** FNV-1a over at most 64 bytes of each end: only to avoid comparing all with all. */
function fnv(bytes: Uint8Array): number {
  let hash = 0x811c9dc5 ^ bytes.length;
  const head = Math.min(64, bytes.length);
  for (let i = 0; i < head; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  for (let i = Math.max(head, bytes.length - 64); i < bytes.length; i++)
    hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}
