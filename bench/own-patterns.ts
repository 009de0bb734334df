/** How many patterns of the user's own the scenario brings. */
export const OWN_PATTERNS = 20;

const two = (value: number): string => String(value).padStart(2, '0');

/** A detector file as a user writes it, with 20 patterns. JSON, which is YAML too. */
export function ownDetectorFile(): string {
  const detectors = Array.from({ length: OWN_PATTERNS }, (_, nth) => ({
    id: `acme.token-${two(nth)}`,
    title: `Acme token ${two(nth)}`,
    confidence: 'high',
    keywords: [`acme${two(nth)}_`],
    pattern: `\\bacme${two(nth)}_(?P<secret>[a-z0-9]{12})\\b`,
    window: { before: 1, after: 20 },
    examples: [
      `token acme${two(nth)}_{{<}}{{[a-z0-9]:12}}{{>}}`,
      `{"t":"acme${two(nth)}_{{<}}{{[a-z0-9]:12}}{{>}}"}`,
    ],
    counterexamples: [
      { text: `acme${two(nth)}_{{[a-z]:9}} `, why: 'too short' },
      { text: 'acme corp', why: 'prose' },
    ],
  }));
  return JSON.stringify({ provider: 'acme', detectors });
}

/** A keyword of theirs and what follows it: the even ones match. */
export function ownToken(nth: number): string {
  const tail = ((nth * 2_654_435_761) % 2 ** 32).toString(36).padStart(12, 'q');
  const keyword = `acme${two(Math.floor(nth / 2) % OWN_PATTERNS)}_`;
  return `${keyword}${nth % 2 === 0 ? tail : tail.toUpperCase()}`;
}
