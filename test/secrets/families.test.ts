import { expect, test } from 'vitest';
import { takeFamily } from '../../src/secrets/families.ts';
import { freshValue, text } from './scratch.ts';

const loaded = (key: string, value: string) => ({
  origin: { name: `app/${key}`, key, part: '' },
  bytes: new Uint8Array(Buffer.from(value)),
  seen: 'current' as const,
});

test('takes the value over and wipes what it was given', () => {
  const value = freshValue();
  const given = loaded('password', value);
  const family = takeFamily(given, 8);
  expect(family.map(({ secret }) => secret && text(secret.reveal()))).toContain(value);
  expect(given.bytes.every((byte) => byte === 0)).toBe(true);
});

test('keeps no byte of what is not matched, but says its name and why', () => {
  for (const given of [loaded('flag', 'true'), loaded('empty', ''), loaded('namespace', 'shop')]) {
    const [judged] = takeFamily(given, 8);
    expect([judged!.secret, judged!.use, judged!.origin]).toEqual([null, 'none', given.origin]);
    expect(judged!.reason).not.toBe('');
    expect(given.bytes.every((byte) => byte === 0)).toBe(true);
  }
});
