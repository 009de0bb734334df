import { expect, test } from 'vitest';
import { loadDetectors } from '../../../src/config/detector-files.ts';
import { mint } from '../../../src/engine/detectors/template.ts';
import { Output } from '../../../src/engine/output.ts';
import { createRedactor } from '../../../src/formats/format.ts';
import { matcherOfDetectors } from '../../support/redacted-spans.ts';

const { detectors } = await loadDetectors({ builtin: true, select: ['all'], files: [] });
const matcher = matcherOfDetectors(detectors);

/** What comes out, pushed in two. */
function redacted(text: Buffer, cut: number): string {
  const redactor = createRedactor('text', matcher, { maxRecordBytes: 1 << 20 });
  const out = new Output();
  redactor.push(text.subarray(0, cut), out);
  redactor.push(text.subarray(cut), out);
  redactor.end(out);
  return Buffer.from(out.take()).toString('latin1');
}

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
  const whole = redacted(text, text.length);
  expect(whole).not.toContain(value);
  for (let cut = 0; cut < text.length; cut++)
    expect(redacted(text, cut) === whole, `cut at ${cut}`).toBe(true);
});
