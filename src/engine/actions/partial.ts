import type { Action } from './action.ts';
import { fillPlaceholder } from './placeholder.ts';

/** Shorter findings are masked: 4 of 15 bytes would tell too much. */
const PARTIAL_MIN_BYTES = 16;
const KEPT_BYTES = 4;
const MARK = '\0'.repeat(KEPT_BYTES);

/**
 * Keeps the last 4 bytes of a finding of 16 or more, when they are ASCII letters and digits; masks the
 * rest. The replacement stands in memory of its rule, valid until the rule's next finding.
 */
export function createPartial(template: string, labels: readonly string[], mask: Action): Action {
  // Made with the first finding, as `createMask` does.
  const forms: ({ readonly bytes: Uint8Array; readonly at: number } | null)[] = labels.map(() => null);
  const make = (label: string) => {
    const bytes = fillPlaceholder(template, label, `:...${MARK}`);
    return { bytes, at: bytes.indexOf(0) };
  };
  return {
    name: 'partial',
    replace(rule, haystack, start, end) {
      if (end - start < PARTIAL_MIN_BYTES || !isAlphanumeric(haystack, end - KEPT_BYTES, end))
        return mask.replace(rule, haystack, start, end);
      forms[rule] ??= make(labels[rule]!);
      const form = forms[rule];
      for (let i = 0; i < KEPT_BYTES; i++) form.bytes[form.at + i] = haystack[end - KEPT_BYTES + i]!;
      return form.bytes;
    },
  };
}

function isAlphanumeric(haystack: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = haystack[at]!;
    const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    if (!letter && !(byte >= 0x30 && byte <= 0x39)) return false;
  }
  return true;
}
