import { z } from 'zod';

const texts = z.union([z.array(z.string()), z.string().transform((text) => [text])]);

const condition = z
  .string()
  .transform((word) => word.toUpperCase())
  .pipe(z.enum(['OR', 'AND', '||', '&&'], 'is OR or AND'))
  .transform((word): 'OR' | 'AND' => (word === 'AND' || word === '&&' ? 'AND' : 'OR'));

const allowlist = z.looseObject({
  description: z.string().default(''),
  condition: condition.default('OR'),
  commits: texts.default([]),
  paths: texts.default([]),
  regexes: texts.default([]),
  regextarget: z
    .string()
    .transform((word) => word.toLowerCase())
    .pipe(z.enum(['', 'secret', 'match', 'line'], 'is secret, match or line'))
    .transform((word) => (word === '' ? 'secret' : word))
    .default('secret'),
  stopwords: texts.default([]),
  targetrules: texts.default([]),
});

const required = z.looseObject({ id: z.string() });

const rule = z.looseObject({
  id: z.string().default(''),
  description: z.string().default(''),
  regex: z.string().default(''),
  path: z.string().default(''),
  secretgroup: z.int().min(0).default(0),
  entropy: z.number().min(0).default(0),
  keywords: texts.default([]),
  tags: texts.default([]),
  skipreport: z.boolean().default(false),
  required: z.array(required).default([]),
  allowlist: allowlist.optional(),
  allowlists: z.array(allowlist).default([]),
});

/** gitleaks' configuration, keys in lower case; unknown ones are kept, so that they can be told. */
export const GITLEAKS_FORM = z.looseObject({
  title: z.string().default(''),
  description: z.string().default(''),
  minversion: z.string().default(''),
  extend: z
    .looseObject({
      usedefault: z.boolean().default(false),
      path: z.string().default(''),
      url: z.string().default(''),
      disabledrules: texts.default([]),
    })
    .optional(),
  rules: z.array(rule).default([]),
  allowlist: allowlist.optional(),
  allowlists: z.array(allowlist).default([]),
});

export type GitleaksConfig = z.infer<typeof GITLEAKS_FORM>;
export type GitleaksRule = GitleaksConfig['rules'][number];
export type GitleaksAllowlist = z.infer<typeof allowlist>;

/** Keys that gitleaks has, by where they stand: what else is there is told. */
export const KNOWN_KEYS: Readonly<Record<'file' | 'rule' | 'allowlist' | 'extend', readonly string[]>> = {
  file: Object.keys(GITLEAKS_FORM.shape),
  rule: Object.keys(rule.shape),
  allowlist: Object.keys(allowlist.shape),
  extend: ['usedefault', 'path', 'url', 'disabledrules'],
};
