/** A known value for the naive redactor. */
export interface Named {
  readonly name: string;
  readonly value: Buffer;
}

interface Span {
  start: number;
  end: number;
  secret: number;
}

/** Every occurrence of every value, overlapping ones too: leftmost first, then longest. */
function occurrences(input: Buffer, secrets: readonly Named[]): Span[] {
  const spans: Span[] = [];
  secrets.forEach(({ value }, secret) => {
    for (let at = input.indexOf(value); at >= 0; at = input.indexOf(value, at + 1))
      spans.push({ start: at, end: at + value.length, secret });
  });
  return spans.sort((left, right) => left.start - right.start || right.end - left.end);
}

/**
 * What plain text must become, by the slowest and simplest way: overlapping occurrences merge into one
 * placeholder under the leftmost, then longest, one's name; those of one secret that touch merge too.
 * Only for values and texts whose spellings other than `plain` cannot occur.
 */
export function expectedWholeOutput(input: Buffer, secrets: readonly Named[]): Buffer {
  const merged: Span[] = [];
  for (const span of occurrences(input, secrets)) {
    const last = merged.at(-1);
    const joins =
      last !== undefined &&
      (span.start < last.end || (span.start === last.end && span.secret === last.secret));
    if (joins) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  const parts: Buffer[] = [];
  let from = 0;
  for (const span of merged) {
    parts.push(input.subarray(from, span.start), Buffer.from(`[REDACTED:${secrets[span.secret]!.name}]`));
    from = span.end;
  }
  return Buffer.concat([...parts, input.subarray(from)]);
}
