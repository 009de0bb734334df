/** Naive decoders that read a whole output the way a curious person with a script would. Latin-1 text in and out. */

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const bytesOf = (code: number): string =>
  code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)
    ? '?'
    : Buffer.from(String.fromCodePoint(code)).toString('latin1');

/** Backslash escapes of JSON, C, shell and Go, once. */
function backslashes(text: string): string {
  return text.replace(
    /\\u[dD][89abAB]([0-9a-fA-F]{2})\\u[dD][c-fC-F]([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})|\\([0-7]{3})|\\([^uUx0-7])/g,
    (whole, high, _low, unit, wide, byte, octal, other) => {
      if (high !== undefined) return bytesOf(JSON.parse(`"${whole}"`).codePointAt(0));
      if (unit !== undefined) return bytesOf(Number.parseInt(unit, 16));
      if (wide !== undefined) return bytesOf(Number.parseInt(wide, 16));
      if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return CONTROL[other] ?? other;
    },
  );
}

const CONTROL: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  e: '\x1b',
  E: '\x1b',
};

const percents = (text: string): string =>
  text.replace(/%([0-9a-fA-F]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));

const entities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w{2,4}));/g, (whole, decimal, hexadecimal, name) => {
    if (decimal !== undefined) return bytesOf(Number.parseInt(decimal, 10));
    if (hexadecimal !== undefined) return bytesOf(Number.parseInt(hexadecimal, 16));
    return named[name] ?? whole;
  });

export const stripColours = (text: string): string => text.replace(/\x1b\[[0-9;]*[mK]/g, '');

const wide = (text: string): string => text.replaceAll('\0', '');

/** Newlines and the white space around them gone, as a reader joins a folded value. */
export const foldWhite = (text: string): string => text.replace(/[ \t\r\n]+/g, '');

export const UNDOERS: Readonly<Record<string, (text: string) => string>> = {
  'backslashes undone once': backslashes,
  'backslashes undone twice': (text) => backslashes(backslashes(text)),
  'backslashes undone three times': (text) => backslashes(backslashes(backslashes(text))),
  'percents undone': percents,
  'percents undone, + is a space': (text) => percents(text.replaceAll('+', ' ')),
  'entities undone': entities,
  'colours stripped': stripColours,
  'NULs stripped': wide,
};
