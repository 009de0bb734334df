import { SPELLINGS } from './encode.ts';
import { linesOf } from './encode-lines.ts';
import { foldWhite, stripColours, UNDOERS } from './oracle-undo.ts';

/** What an output betrays: which secret, and how it was read. Never the bytes. */
export interface Leak {
  readonly secret: number;
  readonly spelling: string;
}

/** Everything to seek for one secret; made once a secret, since some values have fifty spellings. */
export interface Sought {
  readonly forms: readonly { readonly name: string; readonly bytes: Buffer }[];
  /** The value and its lines, in Latin-1, for the undone texts. */
  readonly plain: readonly string[];
  /** The value without white space, when it has several lines. */
  readonly folded: string | null;
}

export function seek(value: Buffer): Sought {
  const forms: { name: string; bytes: Buffer }[] = [];
  for (const spelling of SPELLINGS)
    for (const bytes of spelling.forms?.(value) ?? [])
      if (!forms.some((other) => other.bytes.equals(bytes))) forms.push({ name: spelling.name, bytes });
  const lines = value.includes(0x0a) ? linesOf(value) : [];
  for (const line of lines) forms.push({ name: 'one-line', bytes: line });
  const folded = foldWhite(value.toString('latin1'));
  return {
    forms,
    plain: [value, ...lines].map((bytes) => bytes.toString('latin1')),
    folded: value.includes(0x0a) && folded.length >= 16 ? folded : null,
  };
}

/**
 * Every secret that can still be read in `output`: by naive search for each spelling, and by undoing
 * escapes over the whole output and inside every JSON string. It may name nothing that is not there.
 */
export function leaks(output: Buffer, sought: readonly Sought[]): Leak[] {
  const found: Leak[] = [];
  sought.forEach((one, secret) => {
    for (const form of one.forms)
      if (output.includes(form.bytes)) found.push({ secret, spelling: form.name });
  });
  const text = output.toString('latin1');
  const readings = Object.entries(UNDOERS).map(([name, undo]) => [name, undo(text)] as const);
  for (const decoded of jsonStrings(output)) readings.push(['a JSON string, decoded', decoded]);
  const bare = foldWhite(stripColours(text));
  sought.forEach((one, secret) => {
    // A single line of a value is sought in UTF-16 with the whole value only.
    for (const [spelling, reading] of readings)
      if (
        one.plain
          .slice(0, spelling === 'NULs stripped' ? 1 : undefined)
          .some((plain) => reading.includes(plain))
      )
        found.push({ secret, spelling });
    if (one.folded !== null && bare.includes(one.folded))
      found.push({ secret, spelling: 'white space folded' });
  });
  return found;
}

/** The decoded strings (keys too) of every line that is JSON, and of every string that is JSON again. Latin-1. */
function jsonStrings(output: Buffer): string[] {
  const strings: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      strings.push(Buffer.from(value).toString('latin1'));
      if (/^\s*[{["]/.test(value)) attempt(value);
    } else if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === 'object')
      for (const [key, inner] of Object.entries(value)) {
        visit(key);
        visit(inner);
      }
  };
  const attempt = (text: string): void => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      if (cause instanceof SyntaxError) return;
      throw cause;
    }
    visit(value);
  };
  for (const line of output.toString().split('\n')) if (/^\s*[{["]/.test(line)) attempt(line);
  return strings;
}
