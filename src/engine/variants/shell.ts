import { replaceAll } from './replace.ts';
import type { Variant } from './variant.ts';

const QUOTE = Buffer.from("'");
/** Bash's `set -x` and `${var@Q}`. */
const BY_BACKSLASH = Buffer.from("'\\''");
/** Python's `shlex.quote`. */
const BY_DOUBLE_QUOTE = Buffer.from(`'"'"'`);

/** A single quote inside single quotes. Backslash quoting (`"\$"`, `$'\n'`, `printf %q`) is undone by the escape view. */
export const shell: Variant = {
  name: 'shell',
  doc: "A single quote as the shell writes it inside single quotes: `'\\''` or `'\"'\"'`.",
  encode: (value) =>
    value.includes(0x27)
      ? [replaceAll(value, QUOTE, BY_BACKSLASH), replaceAll(value, QUOTE, BY_DOUBLE_QUOTE)]
      : [],
};
