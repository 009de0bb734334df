import { test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { PATIENCE } from '../campaigns/size.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, Tap } from '../support/redact-stream.ts';
import { trackedFiles } from './source-files.ts';

/** What may stand here though a detector takes it for a credential, and why. */
const KNOWN: Readonly<Record<string, string>> = {
  'detectors/README.md hash.kerberos': 'a template: its hex is drawn at run time',
  'detectors/hash.yaml hash.kerberos': 'a template: its hex is drawn at run time',
  'detectors/rabbitmq.yaml rabbitmq.erlang-cookie': 'prose in a counterexample',
  'detectors/signed-url.yaml signed-url.aws': 'the pattern itself',
  'test/secrets/decompose/documents.test.ts kubernetes.secret-data':
    'a template: the values are drawn at run time',
  'src/cli/demo/mint.ts pem.private-key': 'a template: the body is drawn at run time',
  'test/engine/variants/lines.test.ts pem.private-key': 'a template: the body is drawn at run time',
};

test(
  'no tracked file holds what a vendor detector takes for a live credential: tokens are minted',
  async () => {
    const { detectors } = await loadDetectors({ builtin: true, select: ['vendor'], files: [] });
    const matcher = matcherOf([], { detectors });
    const found: string[] = [];
    for (const file of trackedFiles()) {
      if (file.path === 'package-lock.json') continue;
      // Line by line, so that a finding can be told by its place.
      file.text.split('\n').forEach((line, at) => {
        if (line.length < 12) return;
        const tap = new Tap(matcher, 'text');
        tap.push(`${line}\n`);
        tap.end();
        for (const finding of tap.findings()) {
          const { label } = matcher.rules[Number(finding.split(':')[0])]!;
          if (!(`${file.path} ${label}` in KNOWN)) found.push(`${file.path}:${at + 1} ${label}`);
        }
      });
    }
    expectNone(found);
    // 10 s of scanning, several times that where other tests run beside it.
  },
  PATIENCE,
);
