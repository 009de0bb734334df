import { VARIANTS } from './variants/index.ts';

/**
 * How a finding was spelt, as one number: the view it was found in and, for a known value, the variant.
 * `view * 64 + variant`; variant NO_VARIANT for detectors, NEAR and CUT for near misses.
 */
export const NO_VARIANT = 63;
export const NEAR = 62;
export const CUT = 61;
/** The windows that wake `NearMisses`; never the spelling of a finding. */
export const NEAR_HEAD = 60;
export const NEAR_TAIL = 59;

/** The views, by their code; index 0 is the haystack as it came. */
export const VIEW_NAMES = [
  '',
  'escaped',
  'escaped-twice',
  'escaped-3-times',
  'percent',
  'percent-twice',
  'entities',
  'escaped+percent',
  'escaped+entities',
  'whitespace',
  'escaped+whitespace',
  'ansi',
  'escaped+ansi',
  'escaped-4-times',
] as const;

export const SPELLINGS = VIEW_NAMES.length * 64;

/** What a spelling is called in the ledger and the summary, for example `base64` or `escaped+base64`. */
export function spellingName(code: number): string {
  const view = VIEW_NAMES[code >>> 6] ?? '';
  const variant = code & 63;
  let name = 'pattern';
  if (variant === NEAR) name = 'near';
  else if (variant === CUT) name = 'cut-short';
  else if (variant !== NO_VARIANT) name = VARIANTS[variant]?.name ?? 'unknown';
  if (view === '') return name;
  return name === 'plain' || name === 'pattern' ? view : `${view}+${name}`;
}
