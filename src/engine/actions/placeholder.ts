/** A placeholder's bytes at most: it may not push a CRI part over its limit by much. */
export const PLACEHOLDER_BYTES = 128;
/** The template's bytes at most, so that half the room stays for the label. */
export const TEMPLATE_BYTES = 64;
export const DEFAULT_PLACEHOLDER = '[REDACTED:{label}]';

const LABEL = '{label}';
/** What would break a JSON string, XML text, a URL or a quoted word: `" ' \ < > & %`, and what is not printable ASCII. */
const UNSAFE = /[^\x20-\x7e]|["'\\<>&%]/;
/** In a label a space or comma would also break logfmt and CSV. */
const UNSAFE_IN_LABEL = /[^\x21-\x7e]|["'\\<>&%,]/g;

/** Says what is wrong with a template, or null. It never repeats the template. */
export function checkPlaceholder(template: string): string | null {
  if (template.trim() === '') return 'is empty: readers could not see that something was taken out';
  if (UNSAFE.test(template))
    return 'may hold printable ASCII only, without quotes, backslash, <, >, & and %: it must be valid inside JSON, XML and URLs';
  if (template.length > TEMPLATE_BYTES) return `is longer than ${TEMPLATE_BYTES} bytes`;
  if (template.replace(LABEL, '').includes('{')) return 'knows one word in braces, {label}, once';
  return null;
}

/** `label` in characters that are valid wherever a placeholder may stand. */
export function safeLabel(label: string): string {
  return label.replace(UNSAFE_IN_LABEL, '_');
}

/**
 * The placeholder's bytes: the template with `{label}` filled in, at most PLACEHOLDER_BYTES long; a
 * label that does not fit is cut.
 * @param suffix stands right behind the label (or at the end, when the template names no label); never cut
 */
export function fillPlaceholder(template: string, label: string, suffix = ''): Uint8Array {
  const named = template.includes(LABEL) ? template : `${template}${suffix}`;
  const room = PLACEHOLDER_BYTES - (named.length - LABEL.length) - suffix.length;
  const text = named.replace(LABEL, () => `${safeLabel(label).slice(0, Math.max(0, room))}${suffix}`);
  return Buffer.from(text, 'latin1');
}
