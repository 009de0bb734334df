import { base64Core, base64Whole, URL_SAFE } from './base64-text.ts';
import type { Variant } from './variant.ts';

/** The URL-safe alphabet. The whole text is sought without padding: that is how it is written, and met with padding too. */
export const base64url: Variant = {
  name: 'base64url',
  doc: 'URL-safe base64 at any alignment in a longer text, padded or not.',
  encode: (value) => [
    ...([0, 1, 2] as const).map((phase) => base64Core(value, phase, URL_SAFE)),
    base64Whole(value, URL_SAFE, false),
  ],
};
