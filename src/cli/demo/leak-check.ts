/** Every value with the ways in which the sample workload may have written it. */
export interface Sought {
  readonly name: string;
  readonly needles: readonly Buffer[];
}

/**
 * A naive search, apart from the engine: the value itself, JSON-escaped once and twice, percent-encoded,
 * base64 and hex; of a document of many lines also each line.
 */
export function spellings(name: string, value: string): Sought {
  const lines = value.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----'));
  const parts = value.includes('\n') ? [value.trimEnd(), ...lines] : [value];
  const needles = parts.flatMap((part) => [
    part,
    inJson(part),
    inJson(inJson(part)),
    encodeURIComponent(part),
    Buffer.from(part).toString('base64'),
    Buffer.from(part).toString('hex'),
  ]);
  return { name, needles: [...new Set(needles)].map((needle) => Buffer.from(needle)) };
}

/** Names of the values of which at least one spelling stands in `output`. */
export function findLeaks(sought: readonly Sought[], output: Buffer): string[] {
  return sought
    .filter(({ needles }) => needles.some((needle) => output.includes(needle)))
    .map(({ name }) => name);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
