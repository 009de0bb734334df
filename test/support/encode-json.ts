/** JSON string bodies (no quotes around them) in the styles of the usual writers. */

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** How one UTF-16 code unit is written; undefined leaves it to the minimal style. */
type Style = (unit: string, code: number) => string | undefined;

const unicode = (code: number, upper = false): string => {
  const digits = code.toString(16).padStart(4, '0');
  return `\\u${upper ? digits.toUpperCase() : digits}`;
};

function minimal(unit: string, code: number): string {
  return SHORT[unit] ?? (code < 0x20 ? unicode(code) : unit);
}

function write(text: string, style: Style): string {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    out += style(text[at]!, code) ?? minimal(text[at]!, code);
  }
  return out;
}

const ascii =
  (upper: boolean): Style =>
  (_unit, code) =>
    code > 0x7e || (code < 0x20 && upper) ? unicode(code, upper) : undefined;
const among =
  (units: string, upper = false): Style =>
  (unit, code) =>
    units.includes(unit) ? unicode(code, upper) : undefined;

/** Every escape is legal for every character: a writer of any habit, drawn anew per character. */
export function jsonMixed(text: string, draw: (limit: number) => number): string {
  return Array.from(text, (character) => {
    const kind = draw(6);
    if (kind > 2) return write(character, () => undefined);
    if (kind === 2) return character === '/' ? '\\/' : write(character, () => undefined);
    return write(character, (_unit, code) => unicode(code, kind === 1));
  }).join('');
}

export const JSON_STYLES: Readonly<Record<string, (text: string) => string>> = {
  /** JSON.stringify, Rust serde, Go with SetEscapeHTML(false). */
  'json-minimal': (text) => write(text, () => undefined),
  /** PHP json_encode. */
  'json-slash': (text) => write(text, (unit) => (unit === '/' ? '\\/' : undefined)),
  /** Python json.dumps: ensure_ascii, lower-case digits. */
  'json-python': (text) => write(text, ascii(false)),
  /** Jackson ESCAPE_NON_ASCII: upper-case digits. */
  'json-ascii-upper': (text) => write(text, ascii(true)),
  /** Go encoding/json. */
  'json-go': (text) => write(text, among('<>&\u2028\u2029')),
  'json-go-upper': (text) => write(text, among('<>&\u2028\u2029', true)),
  /** Gson. */
  'json-gson': (text) => write(text, among("<>&='\u2028\u2029")),
  /** Quotes and backslashes by number, as System.Text.Json and Rails do. */
  'json-dotnet': (text) =>
    write(text, (unit, code) => (/["'&<>+`]/.test(unit) || code > 0x7e ? unicode(code, true) : undefined)),
  'json-every-unit': (text) => write(text, (_unit, code) => unicode(code)),
  'json-every-unit-upper': (text) => write(text, (_unit, code) => unicode(code, true)),
};

/** A JSON string in a JSON string, `times` deep in all. */
export function jsonTimes(text: string, times: number, style = JSON_STYLES['json-minimal']!): string {
  let out = text;
  for (let level = 0; level < times; level++) out = style(out);
  return out;
}

/** For values that are not UTF-8: only what a byte-wise writer would escape; the rest stays as it is. */
export function jsonBytes(value: Buffer): Buffer {
  return Buffer.from(
    write(value.toString('latin1'), () => undefined),
    'latin1',
  );
}
