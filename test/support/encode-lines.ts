/** Multi-line values and terminal colours. */

const NEWLINE = /\r?\n/;

/**
 * The lines of a value that are secret alone: 8 bytes or more without the white space around them, and
 * no PEM boundary, which every key shares.
 */
export function linesOf(value: Buffer): Buffer[] {
  return value
    .toString('latin1')
    .split(NEWLINE)
    .map((line) => Buffer.from(line.replace(/^[ \t\r]+|[ \t\r]+$/g, ''), 'latin1'))
    .filter((line) => line.length >= 8 && !line.toString('latin1').startsWith('-----'));
}

export function isMultiline(value: Buffer): boolean {
  return value.includes(0x0a);
}

/** The lines joined by something else than `\n`; null for a value of one line. */
export function joinedBy(value: Buffer, glue: string | (() => string)): Buffer | null {
  if (!isMultiline(value)) return null;
  const lines = value.toString('latin1').split(NEWLINE);
  let out = lines[0]!;
  for (const line of lines.slice(1)) out += (typeof glue === 'string' ? glue : glue()) + line;
  return Buffer.from(out, 'latin1');
}

const COLOURS = [
  '\x1b[31m',
  '\x1b[0m',
  '\x1b[m',
  '\x1b[01;31m\x1b[K',
  '\x1b[38;5;208m',
  '\x1b[1;4;33m',
  '\x1b[39;49m',
];

/** Colour codes at `count` places inside the value, as a highlighter would put them. Values with ESC have no such spelling. */
export function coloured(value: Buffer, draw: (limit: number) => number, count: number): Buffer | null {
  if (value.includes(0x1b)) return null;
  const places = Array.from({ length: count }, () => 1 + draw(value.length - 1)).sort((a, b) => a - b);
  const parts: Buffer[] = [];
  let from = 0;
  for (const place of places) {
    parts.push(value.subarray(from, place), Buffer.from(COLOURS[draw(COLOURS.length)]!));
    from = place;
  }
  return Buffer.concat([...parts, value.subarray(from)]);
}

export function colouredAround(value: Buffer, draw: (limit: number) => number): Buffer {
  return Buffer.concat([Buffer.from(COLOURS[draw(COLOURS.length)]!), value, Buffer.from('\x1b[0m')]);
}
