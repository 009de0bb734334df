import { parse, TomlError } from 'smol-toml';

/** A file's content as plain values with keys in lower case, or where it is no TOML. */
export type TomlContent =
  | { readonly content: Record<string, unknown> }
  | { readonly line: number; readonly column: number };

/** gitleaks reads keys in any case: `secretGroup`, `SecretGroup` and `secretgroup` are one. */
export function tomlContent(text: string): TomlContent {
  try {
    return { content: lowerKeys(parse(text)) as Record<string, unknown> };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message quotes the text, and the file may be the wrong one: only the place is told.
    return { line: error.line, column: error.column };
  }
}

function lowerKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerKeys);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toLowerCase(), lowerKeys(item)]));
}

/** Lines, from 1: of a rule's head, and of its keys as far as they stand below that. */
export interface RuleLines {
  readonly line: number;
  readonly keys: ReadonlyMap<string, number>;
}

/**
 * Where each `[[rules]]` stands: the library tells no places. Looks at lines alone; in a file that spells its
 * rules in another way (an inline array) it names the line of that, or 1.
 */
export function ruleLines(text: string, count: number): RuleLines[] {
  const found: { line: number; keys: Map<string, number> }[] = [];
  let inside: Map<string, number> | null = null;
  let array = 1;
  text.split('\n').forEach((row, at) => {
    const line = at + 1;
    if (/^\s*\[\[\s*rules\s*\]\]/i.test(row)) {
      inside = new Map();
      found.push({ line, keys: inside });
    } else if (/^\s*\[/.test(row)) inside = null;
    else if (/^\s*rules\s*=/i.test(row)) array = line;
    const key = /^\s*([a-z]+)\s*=/i.exec(row)?.[1]?.toLowerCase();
    if (key !== undefined && inside !== null && !inside.has(key)) inside.set(key, line);
  });
  if (found.length === count) return found;
  return Array.from({ length: count }, () => ({ line: array, keys: new Map() }));
}
