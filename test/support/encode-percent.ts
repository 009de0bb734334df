/** Percent-encoding of bytes, in the habits of the usual libraries. */

type Keep = (byte: number) => string | undefined;

function write(value: Uint8Array, keep: Keep, upper = true): string {
  let out = '';
  for (const byte of value) {
    const digits = byte.toString(16).padStart(2, '0');
    out += keep(byte) ?? `%${upper ? digits.toUpperCase() : digits}`;
  }
  return out;
}

const among =
  (pattern: RegExp): Keep =>
  (byte) => {
    const unit = String.fromCharCode(byte);
    return byte < 0x80 && pattern.test(unit) ? unit : undefined;
  };

const COMPONENT = among(/[A-Za-z0-9\-_.!~*'()]/);
const STRICT = among(/[A-Za-z0-9\-_.~]/);
const FORM: Keep = (byte) => (byte === 0x20 ? '+' : among(/[A-Za-z0-9\-_.*]/)(byte));
/** SQLAlchemy and hand-written DSNs: only what would break the URL. */
const MINIMAL: Keep = (byte) =>
  ':@/?#[]%'.includes(String.fromCharCode(byte)) ? undefined : String.fromCharCode(byte);
const NOTHING: Keep = () => undefined;

export function percentMixed(value: Uint8Array, draw: (limit: number) => number): Buffer {
  let out = '';
  for (const byte of value) {
    const kind = draw(4);
    if (kind < 2 && byte !== 0x25) out += String.fromCharCode(byte);
    else out += write(Uint8Array.of(byte), NOTHING, kind === 2);
  }
  return Buffer.from(out, 'latin1');
}

export const PERCENT_STYLES: Readonly<Record<string, (value: Uint8Array) => Buffer>> = Object.fromEntries(
  (
    [
      ['percent-component', COMPONENT, true],
      ['percent-component-lower', COMPONENT, false],
      ['percent-strict', STRICT, true],
      ['percent-strict-lower', STRICT, false],
      ['percent-form', FORM, true],
      ['percent-form-lower', FORM, false],
      ['percent-minimal', MINIMAL, true],
      ['percent-minimal-lower', MINIMAL, false],
      ['percent-every-byte', NOTHING, true],
      ['percent-every-byte-lower', NOTHING, false],
    ] as const
  ).map(([name, keep, upper]) => [
    name,
    (value: Uint8Array) => Buffer.from(write(value, keep, upper), 'latin1'),
  ]),
);
