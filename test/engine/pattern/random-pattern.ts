import fc from 'fast-check';

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
    fc.tuple(row(inner), row(inner)).map(([left, right]) => `(?:${left}|${right})`),
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
