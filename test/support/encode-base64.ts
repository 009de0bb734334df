/** Base64 and hex, and what of them betrays the value whatever stands around it. */

/**
 * The characters of a base64 text that hold bits of the value alone, for a value that begins `phase`
 * bytes (0 to 2) behind a group of three: the first and the last character may share bits with the
 * neighbours and are left out. For a value of n bytes: floor((8n - shared) / 6) characters.
 */
export function base64Core(value: Uint8Array, phase: 0 | 1 | 2, alphabet: 'base64' | 'base64url'): Buffer {
  const shifted = Buffer.concat([Buffer.alloc(phase), value]).toString(alphabet);
  const first = Math.ceil((phase * 8) / 6);
  const last = Math.floor(((phase + value.length) * 8) / 6);
  return Buffer.from(shifted.slice(first, last), 'latin1');
}

/** The six cores: two alphabets, three alignments. */
export function base64Cores(value: Uint8Array): Buffer[] {
  return (['base64', 'base64url'] as const).flatMap((alphabet) =>
    ([0, 1, 2] as const).map((phase) => base64Core(value, phase, alphabet)),
  );
}

/** Base64 of `before + value + after`, for example a Basic header or a whole manifest. */
export function base64Within(
  before: Uint8Array,
  value: Uint8Array,
  after: Uint8Array,
  form: { readonly alphabet: 'base64' | 'base64url'; readonly padded: boolean },
): Buffer {
  const bare = Buffer.concat([before, value, after]).toString(form.alphabet).replace(/=+$/, '');
  const padding = form.padded ? '='.repeat((4 - (bare.length % 4)) % 4) : '';
  return Buffer.from(bare + padding, 'latin1');
}

export function hex(value: Uint8Array, upper: boolean): Buffer {
  const digits = Buffer.from(value).toString('hex');
  return Buffer.from(upper ? digits.toUpperCase() : digits, 'latin1');
}
