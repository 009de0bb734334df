import fc from 'fast-check';
import type { Node } from '../../../src/engine/pattern/ast.ts';
import { compilePattern } from '../../../src/engine/pattern/compile.ts';
import { minLength } from '../../../src/engine/pattern/measure.ts';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import { FAILED, newSearch, OPEN, runPattern } from '../../../src/engine/pattern/vm.ts';

/** Few letters, so that random haystacks match random patterns often. */
const ATOMS = [
  'a',
  'b',
  'c',
  '-',
  '[ab]',
  '[^a]',
  '\\w',
  '\\W',
  '\\d',
  '.',
  '[a-c-]',
  '(?i:A)',
  '[[:alpha:]]',
  '\\n',
  '[b_]',
];
const ASSERTIONS = ['\\b', '\\B', '^', '$', '(?m:^)', '(?m:$)'];
const REPEATS = ['', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,3}', '{2,}', '{0,2}?', '{1,4}'];

const repeat = fc.constantFrom(...REPEATS);

/** Patterns never empty under an endless repetition, which our parser refuses. */
const atom = fc.constantFrom(...ATOMS);
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(atom, repeat).map(([item, mark]) => item + mark) },
  { weight: 1, arbitrary: fc.constantFrom(...ASSERTIONS) },
);
const row = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(inner, { minLength: 1, maxLength: 4 }).map((items) => items.join(''));
const group = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    // From four branches on the next byte chooses among them.
    fc.array(row(inner), { minLength: 2, maxLength: 7 }).map((rows) => `(?:${rows.join('|')})`),
    fc
      .tuple(atom, row(inner), fc.constantFrom('', '*', '+', '?', '{0,2}', '+?', '{2,3}'))
      .map(([first, rest, mark]) => `(?:${first}${rest})${mark}`),
  );
const mixed = fc.oneof({ weight: 3, arbitrary: piece }, { weight: 1, arbitrary: group(piece) });
const nested = fc.oneof({ weight: 3, arbitrary: mixed }, { weight: 1, arbitrary: group(mixed) });

/** `head (?P<secret>body) tail`, sometimes with the group inside an alternative. */
export const randomPattern: fc.Arbitrary<string> = fc
  .tuple(row(nested), row(nested), row(nested), fc.constantFrom('plain', 'first', 'tail', 'alternative'))
  .map(([head, body, tail, form]) => {
    if (form === 'first') return `(?P<secret>${body})${tail}`;
    if (form === 'tail') return `${head}(?P<secret>${body})`;
    if (form === 'alternative') return `(?:${head}|${head}(?P<secret>${body}))${tail}`;
    return `${head}(?P<secret>${body})${tail}`;
  });

export const randomHaystack: fc.Arbitrary<string> = fc
  .array(fc.constantFrom('a', 'a', 'b', 'c', 'A', '-', '_', '1', '\n', ' ', '\xe9'), { maxLength: 24 })
  .map((chars) => chars.join(''));

/** Shows `check` the first match of each of 1,000 patterns in each of 8 texts, where there is one. */
export function eachRandomMatch(
  check: (root: Node, bytes: Buffer, start: number, end: number) => void,
): void {
  const random = fc.tuple(
    randomPattern.filter((source) => minLength(parsePattern(source).root) > 0),
    fc.array(randomHaystack, { minLength: 8, maxLength: 8 }),
  );
  fc.assert(
    fc.property(random, ([source, texts]) => {
      const { root } = parsePattern(source);
      const program = compilePattern(root);
      for (const text of texts) {
        const bytes = Buffer.from(text, 'latin1');
        const search = { ...newSearch(), from: 0, to: bytes.length, startLow: 0, startHigh: bytes.length };
        const outcome = runPattern(program, bytes, search);
        if (outcome !== FAILED && outcome !== OPEN) check(root, bytes, search.start, search.end);
      }
    }),
    { numRuns: 1000 },
  );
}
