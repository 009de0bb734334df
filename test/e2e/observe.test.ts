import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { QUIET, scratch, startUnleak } from './running.ts';
import { toTheEnd } from './to-the-end.ts';

const DETECTORS = (mode: string) => `provider: acme
detectors:
  - id: acme.token
    title: Acme token
    confidence: high
    keywords: [acme_]
    pattern: 'acme_(?P<secret>[a-z0-9]{16})'
    mode: ${mode}
    examples: ['t acme_{{[a-z0-9]:16}}', '"acme_{{[a-z0-9]:16}}"']
    counterexamples: [{ text: 'acme_{{[a-z]:9}}', why: short }, { text: acme, why: prose }]
`;

const token = () => `acme_${randomBytes(8).toString('hex')}`;

test.each([
  ['text', (value: string) => `a ${value} b\n`],
  ['json', (value: string) => `{"n":1.0,"t":"${value}"}\n`],
  ['cri', (value: string) => `2024-06-03T08:12:44.1Z stdout F a ${value}\n`],
  ['docker', (value: string) => `{"log":"a ${value}\\n","stream":"stderr","time":"2024-06-03T08:12:44Z"}\n`],
])('mode: observe counts and lets the bytes pass, in %s', async (format, lineOf) => {
  const dir = scratch();
  const file = join(dir, 'acme.yaml');
  writeFileSync(file, DETECTORS('observe'));
  const [ledger, stats] = [join(dir, 'ledger'), join(dir, 'stats')];
  const flags = ['--format', format, '--detectors-file', file, '--detectors', '-generic'];
  const input = lineOf(token()) + lineOf(token());
  const run = startUnleak([...QUIET, ...flags, '--ledger', ledger, '--stats', stats]);
  expect(await toTheEnd(run, input)).toEqual({ code: 0, out: input, err: '' });
  const rows = readFileSync(ledger, 'utf8').trim().split('\n');
  expect(rows.map((row) => JSON.parse(row))).toMatchObject([
    { label: 'acme.token', kind: 'observed', count: 2, bytes: 32 },
  ]);
  expect(JSON.parse(readFileSync(stats, 'utf8')).findings).toMatchObject({
    count: 2,
    observed: 2,
    byLabel: { 'acme.token': 2 },
  });
});

test('mode: redact, the usual, takes the same bytes out', async () => {
  const file = join(scratch(), 'acme.yaml');
  writeFileSync(file, DETECTORS('redact'));
  const run = startUnleak([...QUIET, '--detectors-file', file]);
  expect((await toTheEnd(run, `a ${token()} b\n`)).out).toBe('a acme_[REDACTED:acme.token] b\n');
});
