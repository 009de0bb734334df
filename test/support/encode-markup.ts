/** HTML and XML: entities as the usual escapers write them. */

const write = (text: string, table: Readonly<Record<string, string>>): string =>
  Array.from(text, (unit) => table[unit] ?? unit).join('');
const number = (unit: string): string => `&#${unit.codePointAt(0)};`;
const hexNumber = (unit: string): string => `&#x${unit.codePointAt(0)!.toString(16)};`;

export function markupMixed(text: string, draw: (limit: number) => number): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return Array.from(text, (unit) => {
    const kind = draw(5);
    if (kind === 0) return number(unit);
    if (kind === 1) return hexNumber(unit);
    if (kind === 2) return hexNumber(unit).toUpperCase().replace('&#X', '&#x');
    return named[unit] ?? unit;
  }).join('');
}

export const MARKUP_STYLES: Readonly<Record<string, (text: string) => string>> = {
  /** XML writers: the five named entities. */
  'markup-xml': (text) =>
    write(text, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }),
  /** Text nodes: quotes stay. */
  'markup-text-node': (text) => write(text, { '&': '&amp;', '<': '&lt;', '>': '&gt;' }),
  /** Go html/template, Python html.escape. */
  'markup-go': (text) =>
    write(text, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;', '+': '&#43;' }),
  'markup-python': (text) =>
    write(text, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' }),
  /** PHP htmlspecialchars. */
  'markup-php': (text) =>
    write(text, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#039;' }),
  /** Mustache, underscore, OWASP encoders. */
  'markup-mustache': (text) =>
    write(text, {
      '&': '&amp;',
      '<': '&lt;',
      '>': '&gt;',
      '"': '&quot;',
      "'": '&#39;',
      '/': '&#x2F;',
      '`': '&#x60;',
      '=': '&#x3D;',
    }),
  'markup-every-decimal': (text) => Array.from(text, number).join(''),
  'markup-every-hex': (text) => Array.from(text, hexNumber).join(''),
};
