/** Shell and Go quoting: the body between the quotes, since the quotes are not the value's. */

const SPECIAL = /[^A-Za-z0-9,._+:@%/-]/;

/** `'it'\''s'` (bash set -x) and `'it'"'"'s'` (Python's shlex). */
export const singleQuoted = (value: Buffer): Buffer => latin1(value, (text) => text.replaceAll("'", "'\\''"));
export const singleQuotedByDouble = (value: Buffer): Buffer =>
  latin1(value, (text) => text.replaceAll("'", `'"'"'`));
export const doubleQuoted = (value: Buffer): Buffer =>
  latin1(value, (text) => text.replace(/[$`"\\]/g, '\\$&'));

/** `printf %q` of a value without control bytes: a backslash before all that is special. */
export function percentQ(value: Buffer): Buffer | null {
  if (value.some((byte) => byte < 0x20 || byte >= 0x7f)) return null;
  return latin1(value, (text) =>
    Array.from(text, (unit) => (SPECIAL.test(unit) ? `\\${unit}` : unit)).join(''),
  );
}

const NAMED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
  '\x1b': '\\E',
  '\f': '\\f',
  '\v': '\\v',
};

/** The body of `$'…'` as bash prints it in the C locale: octal for what is not ASCII. */
export const dollarQuoted = (value: Buffer): Buffer =>
  latin1(value, (text) =>
    Array.from(text, (unit) => {
      const code = unit.charCodeAt(0);
      return NAMED[unit] ?? (code < 0x20 || code >= 0x7f ? `\\${code.toString(8).padStart(3, '0')}` : unit);
    }).join(''),
  );

/** The same with `\xHH`, as zsh and people write it. */
export const dollarQuotedHex = (value: Buffer): Buffer =>
  latin1(value, (text) =>
    Array.from(text, (unit) => {
      const code = unit.charCodeAt(0);
      if (unit === '\x1b') return '\\e';
      return NAMED[unit] ?? (code < 0x20 || code >= 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : unit);
    }).join(''),
  );

const GO: Readonly<Record<string, string>> = { ...NAMED, '"': '\\"', "'": "'", '\x1b': '\\x1b' };

/** Go's `%q` (and `%+q` when `ascii`): invalid bytes as `\xHH`, wide characters as `\u` and `\U`. */
export function goQuoted(value: Buffer, ascii: boolean): Buffer {
  const text = utf8(value);
  if (text === null)
    return latin1(value, (bytes) =>
      Array.from(bytes, (unit) => {
        const code = unit.charCodeAt(0);
        return GO[unit] ?? (code < 0x20 || code >= 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : unit);
      }).join(''),
    );
  return Buffer.from(
    Array.from(text, (unit) => GO[unit] ?? goWide(unit.codePointAt(0)!, unit, ascii)).join(''),
  );
}

function goWide(code: number, unit: string, ascii: boolean): string {
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x7f || !ascii) return unit;
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`;
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** The text of `value`, or null when it is not UTF-8. */
export function utf8(value: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return null;
  }
}

function latin1(value: Buffer, change: (text: string) => string): Buffer {
  return Buffer.from(change(value.toString('latin1')), 'latin1');
}
