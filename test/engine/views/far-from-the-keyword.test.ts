import { describe, expect, test } from 'vitest';
import { loadDetectors } from '../../../src/config/detector-files.ts';
import { mint } from '../../../src/engine/detectors/template.ts';
import { cutAt } from '../../support/generate-cuts.ts';
import { matcherOf, type Redacted, redactChunks, sameRedacted } from '../../support/redact-stream.ts';

const { detectors } = await loadDetectors({ builtin: true, select: ['all'], files: [] });
const matcher = matcherOf([], { detectors, wasm: true });
const redact = (...chunks: Uint8Array[]): Redacted => redactChunks(matcher, chunks);

const HEX = '{{[0-9a-f]:';
const LENGTHS = [1, 20, 64, 90, 130, 150, 151, 200, 300, 450];

/** Where the escape stands so far behind the keyword, in the middle of the secret. */
const CREDENTIALS: [string, (before: number) => string][] = [
  ['a slash in a bearer token', (n) => `{"auth":"Bearer {{<}}${HEX}${n}}}\\/${HEX}40}}{{>}}","n":1}\n`],
  ['an ampersand in a password', (n) => `password={{<}}${HEX}${n}}}\\u0026${HEX}40}}{{>}} next\n`],
  ['a colour in a token', (n) => `token={{<}}${HEX}${n}}}\x1b[0m${HEX}40}}{{>}} next\n`],
  ['an equals sign in a quoted token', (n) => `{"t":"token='{{<}}${HEX}${n}}}\\u003d${HEX}40}}{{>}}' x"}\n`],
  // Behind the detector's window it is the token's tail that goes on.
  ['a slash behind the window', (n) => `{"token":"{{<}}${HEX}${n + 900}}}\\/${HEX}40}}{{>}}"}\n`],
];

describe.each(CREDENTIALS)('%s', (what, template) => {
  test.each(LENGTHS)('%i bytes behind its beginning', (length) => {
    const { bytes, secret } = mint(template(length), `${what} ${length}`);
    const text = Buffer.from(bytes);
    const rest = text.toString('latin1', secret!.end - 40, secret!.end);
    const whole = redact(text);
    expect(whole.bytes.includes(rest)).toBe(false);
    for (let at = 0; at < text.length; at += 7)
      expect(sameRedacted(redact(...cutAt(text, [at])), whole), `cut at ${at}`).toBe(true);
  });
});

const QUIET = 'a quiet stretch of a long line '.repeat(70);

describe.each([
  ['a colour', '\x1b[1m x '],
  ['an escaped quote', '\\" '],
  ['a percent escape', '%20 '],
  ['a reference', '&#38; '],
])('%s far ahead in the same line', (_what, head) => {
  test.each([
    ['a token that a colour ends', `token={{<}}{{[A-Za-z0-9]:24}}{{>}}\x1b[m more`],
    ['a percent sign that a colour cuts', `APIkey 1-{{<}}{{[A-Za-z0-9]:16}}{{>}}%\x1b[m20 more`],
    ['a value as long as its window', `password={{<}}{{[a-z0-9]:900}}{{>}}/env?a=1 &#1; x`],
    ['a reference far behind a token', `token={{<}}{{[a-z0-9]:24}}{{>}} and a word ${'or '.repeat(90)}&#1;`],
  ])('changes nothing for %s, wherever the data is cut', (what, template) => {
    const text = Buffer.from(mint(template, what).bytes);
    const far = Buffer.concat([Buffer.from(head + QUIET), text]);
    const near = Buffer.concat([Buffer.from(head.replace(/[^ ]/g, '-') + QUIET), text]);
    const whole = redact(far);
    expect(whole.findings).toEqual(redact(near).findings);
    const start = far.length - text.length;
    for (let at = start - 2; at < far.length; at += 5)
      expect(sameRedacted(redact(...cutAt(far, [at])), whole), `cut at ${at - start}`).toBe(true);
  });
});
