import type { Needle, Variant } from './variant.ts';

export const MIN_NEEDLE = 8;

const plain: Variant = { name: 'plain', doc: 'The value as it is.', encode: (value) => [value] };
const form: Variant = {
  name: 'form',
  doc: 'Spaces as plus signs.',
  encode: (value) => (value.includes(32) ? [value.map((byte) => (byte === 32 ? 43 : byte))] : []),
};
function base64(alphabet: 'base64' | 'base64url') {
  return (value: Uint8Array): Uint8Array[] =>
    [0, 1, 2].map((shift) => {
      const text = Buffer.concat([Buffer.alloc(shift), value]).toString(alphabet);
      const from = [0, 2, 3][shift]!;
      return Buffer.from(text.slice(from, Math.floor(((shift + value.length) * 8) / 6)));
    });
}
const b64: Variant = { name: 'base64', doc: 'Base64 at three alignments.', encode: base64('base64') };
const b64url: Variant = { name: 'base64url', doc: 'Base64, URL-safe.', encode: base64('base64url') };
const hex: Variant = {
  name: 'hex',
  doc: 'Hex.',
  encode: (value) => {
    const text = Buffer.from(value).toString('hex');
    return [Buffer.from(text), Buffer.from(text.toUpperCase())];
  },
};
export const VARIANTS: readonly Variant[] = [plain, form, b64, b64url, hex];
export const NEAR_VARIANTS: ReadonlySet<number> = new Set();

export function spell(value: Uint8Array, secret: number): Needle[] {
  const needles: Needle[] = [];
  const seen = new Set<string>();
  VARIANTS.forEach((variant, index) => {
    for (const bytes of variant.encode(value)) {
      const id = Buffer.from(bytes).toString('latin1');
      if (bytes.length < MIN_NEEDLE || seen.has(id)) continue;
      seen.add(id);
      needles.push({ bytes, secret, variant: index });
    }
  });
  return needles;
}
