import { expect, test } from 'vitest';
import { loadDetectors } from '../../../src/config/detector-files.ts';
import { mint } from '../../../src/engine/detectors/template.ts';
import { everyCut } from '../../support/generate-cuts.ts';
import { matcherOf, redactChunks, sameRedacted } from '../../support/redact-stream.ts';

const { detectors } = await loadDetectors({ builtin: true, select: ['all'], files: [] });
const matcher = matcherOf([], { detectors, wasm: true });

// The escape stands behind the secret, and is what tells that it is one.
test.each([
  ['an encoded at sign', 'smtp://app:{{<}}{{[A-Za-z0-9]:20}}{{>}}%40mail.example.com:25/ ready\n'],
  ['the same as a reference', 'smtp://app:{{<}}{{[A-Za-z0-9]:20}}{{>}}&#64;mail.example.com:25/ ready\n'],
  [
    'the same as a code point',
    '{"url":"smtp://app:{{<}}{{[A-Za-z0-9]:20}}{{>}}\\u0040mail.example.com:25/"}\n',
  ],
  ['a colour ahead of it', '\x1b[1m smtp://app:{{<}}{{[A-Za-z0-9]:20}}{{>}}%40mail.example.com/ \\"\n'],
])('a secret that ends at an escape is found, however it is cut: %s', (what, template) => {
  const { bytes, secret } = mint(template, what);
  const text = Buffer.from(bytes);
  const value = text.toString('latin1', secret!.start, secret!.end);
  const whole = redactChunks(matcher, [text]);
  expect(whole.bytes.includes(value)).toBe(false);
  for (const chunks of everyCut(text))
    expect(sameRedacted(redactChunks(matcher, chunks), whole), `first chunk of ${chunks[0]!.length}`).toBe(
      true,
    );
});
