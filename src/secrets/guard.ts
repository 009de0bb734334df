import { shortValueDetector } from '../engine/detectors/short-value.ts';
import type { Secret } from '../engine/secret.ts';
import { MAX_VALUE, MIN_NEEDLE } from '../engine/variants/index.ts';
import { trimBlanks } from '../engine/variants/trim.ts';
import { isCommonWord } from './common-words.ts';
import { notSecretReason } from './not-secret.ts';
import type { Use } from './secret-set.ts';
import { isSshPublicKeys } from './ssh-public.ts';

/** Shorter than this a value is met by chance even beside its key. */
const SHORTEST = 4;

/** What the guard says; the sentences are for people, the codes are stable. `LIMIT` stands for the minimum. */
const REASONS = {
  ok: '',
  'first-mib': 'longer than 1 MiB; only its first 1 MiB is matched',
  short: 'shorter than LIMIT bytes: matched only as a whole token right behind the name of its key',
  empty: 'empty: there is nothing to match',
  blank: 'only white space: there is nothing to match',
  'too-short':
    'shorter than 4 bytes: it would be found everywhere, so it is not redacted; use a longer value',
  'short-key':
    'shorter than LIMIT bytes, and the name of its key is shorter than 3, so it cannot be told from other text and is not redacted; use a longer value',
  common:
    'a common word: hiding it would blank the log and give it away, so it is not redacted; use another value',
  number:
    'a number of fewer than 8 digits: hiding it would blank the log and give it away, so it is not redacted; use another value',
  'one-character': 'one character repeated: not redacted; use another value',
  placeholder: 'a placeholder that stands for a value: not redacted',
  public: 'public material',
} as const;

export type GuardCode = keyof typeof REASONS;

export interface Verdict {
  readonly use: Use;
  readonly code: GuardCode;
  /** A sentence for `unleak secrets list`; empty when there is nothing to say. Never bytes of the value. */
  readonly reason: string;
}

/**
 * How a value may be matched without harm to the log. White space around it does not count.
 * @param minBytes shorter values are matched only beside their key; below 8 it is taken for 8, because no
 *   shorter needle can be sought
 */
export function guard(secret: Secret, minBytes: number): Verdict {
  const least = Math.max(minBytes, MIN_NEEDLE);
  const whole = secret.reveal();
  const value = trimBlanks(whole);
  const code = whole.length === 0 ? 'empty' : value.length === 0 ? 'blank' : harmless(value);
  if (code !== null) return verdict('none', code, least);
  const known = isSshPublicKeys(value) ? 'an SSH public key' : notSecretReason(secret.origin.key, whole);
  if (known !== null) return { use: 'none', code: 'public', reason: known };
  if (value.length < least) {
    return shortValueDetector(secret) === null
      ? verdict('none', 'short-key', least)
      : verdict('beside-key', 'short', least);
  }
  return verdict('anywhere', whole.length > MAX_VALUE ? 'first-mib' : 'ok', least);
}

function verdict(use: Use, code: GuardCode, least: number): Verdict {
  return { use, code, reason: REASONS[code].replace('LIMIT', String(least)) };
}

function harmless(value: Uint8Array): GuardCode | null {
  if (value.length < SHORTEST) return 'too-short';
  if (value.every((byte) => byte === value[0])) return 'one-character';
  if (value.length < 8 && value.every((byte) => byte >= 0x30 && byte <= 0x39)) return 'number';
  if (isCommonWord(value)) return 'common';
  return isPlaceholder(value) ? 'placeholder' : null;
}

/** `${NAME}`, `$(NAME)`, `{{ name }}`, `<name>`: letters, digits and `_.- ` inside; `[REDACTED…]`. */
function isPlaceholder(value: Uint8Array): boolean {
  if (value.length > 64) return false;
  const view = Buffer.from(value.buffer, value.byteOffset, value.length);
  if (view.subarray(0, 9).equals(REDACTED)) return view.at(-1) === 0x5d;
  return FRAMES.some(
    ([open, close]) =>
      view.length > open.length + close.length &&
      view.subarray(0, open.length).equals(open) &&
      view.subarray(-close.length).equals(close) &&
      view.subarray(open.length, -close.length).every(isNameByte),
  );
}

const REDACTED = Buffer.from('[REDACTED');
const FRAMES: readonly (readonly [Buffer, Buffer])[] = [
  [Buffer.from('${'), Buffer.from('}')],
  [Buffer.from('$('), Buffer.from(')')],
  [Buffer.from('{{'), Buffer.from('}}')],
  [Buffer.from('<'), Buffer.from('>')],
];

function isNameByte(byte: number): boolean {
  const letter = byte | 0x20;
  return (
    (letter >= 0x61 && letter <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x5f ||
    byte === 0x2e ||
    byte === 0x2d ||
    byte === 0x20
  );
}
