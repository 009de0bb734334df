import { z } from 'zod';
import { CHECKS } from '../engine/checks/index.ts';
import { EXCEPTION_LISTS } from '../engine/detectors/exceptions.ts';

const text = z.string().min(1);

const exception = z
  .union(
    [
      text.describe('The secret is this word, ASCII case aside.'),
      z.strictObject({ contains: text.describe('The secret holds these characters.') }),
      z.strictObject({
        pattern: text.describe('The whole secret matches.'),
        of: z
          .enum(['secret', 'match'])
          .default('secret')
          .describe('`match`: what the pattern of the detector matched, with what stands round the secret.'),
      }),
      z.strictObject({ list: z.enum([...EXCEPTION_LISTS.keys()]).describe('One of the built-in lists.') }),
    ],
    { error: 'is a word, or one of { contains: TEXT }, { pattern: RE }, { list: NAME }' },
  )
  .describe('What is known to be no secret.');

/** Unknown keys are told by name; anything that is no object gets the form. */
function counterexampleForm({ code }: { code?: string }): string | undefined {
  return code === 'invalid_type' ? 'is { text: TEMPLATE, why: REASON }' : undefined;
}

const bytes = z.int().min(0).max(65_536);

const detector = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+$/,
      'is <provider>.<thing> in lower case, digits and dashes',
    )
    .describe('`<provider>.<thing>`: permanent, stands in the placeholder, selected by its prefix.'),
  title: text.describe('A noun phrase.'),
  references: z.array(z.url()).default([]).describe('Public descriptions of the format.'),
  confidence: z
    .enum(['high', 'medium', 'low'])
    .describe('How sure a finding is; orders overlapping findings.'),
  kind: z
    .enum(['vendor', 'generic'])
    .default('vendor')
    .describe(
      '`generic`: knows a syntax and a name, not the shape of one credential; placeholders are excepted by themselves.',
    ),
  keywords: z.array(text).min(1).describe('Literals of 3 bytes or more, one of which stands in every match.'),
  fold: z
    .literal('ascii')
    .optional()
    .describe('Keywords match in either case. Says nothing about the pattern: write (?i) there.'),
  pattern: text.describe('RE2 syntax over bytes, with one group named `secret`.'),
  window: z
    .strictObject({
      before: bytes.default(0).describe('Bytes ahead of the keyword.'),
      after: bytes.describe('Bytes behind the keyword, the one a final \\b looks at included.'),
    })
    .optional()
    .describe(
      'What the pattern may look at. May be left out where the pattern begins with a keyword and has a longest match.',
    ),
  multiline: z.boolean().default(false).describe('The window crosses line ends.'),
  entropy: z
    .number()
    .min(0)
    .max(8)
    .default(0)
    .describe('Least Shannon bits per byte of the secret, of its first 1,024 bytes.'),
  check: z
    .enum([...CHECKS.keys()])
    .optional()
    .describe('A check of the secret; tells how sure a finding is.'),
  checkGates: z.boolean().default(false).describe('A secret that fails the check is no finding.'),
  except: z.array(exception).default([]).describe('What is known to be no secret.'),
  mode: z
    .enum(['redact', 'observe'])
    .default('redact')
    .describe('`observe` counts and leaves the bytes alone.'),
  examples: z.array(text).min(2).describe('Templates that must be found.'),
  counterexamples: z
    .array(z.strictObject({ text, why: text }, { error: counterexampleForm }))
    .min(2)
    .describe('Templates in which this detector must find nothing, and why.'),
});

/** The form of a file in detectors/. */
export const DETECTOR_FILE = z.strictObject({
  provider: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'is in lower case, digits and dashes'),
  detectors: z.array(detector).min(1),
});

export type DetectorFileData = z.infer<typeof DETECTOR_FILE>;
export type DetectorData = DetectorFileData['detectors'][number];

/** The JSON Schema that stands in detectors/schema.json, for editors. */
export function detectorJsonSchema(): object {
  return z.toJSONSchema(DETECTOR_FILE, { io: 'input' });
}
