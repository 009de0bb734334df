import { expect, test } from 'vitest';
import { mint } from '../../../src/engine/detectors/template.ts';

const text = (template: string, seed = 'a#1'): string => Buffer.from(mint(template, seed).bytes).toString();

test('the same seed draws the same, another seed something else', () => {
  const template = '{{[a-z]:30}}';
  expect(text(template)).toBe(text(template));
  expect(text(template)).not.toBe(text(template, 'a#2'));
});

test('draws from the class, as many as asked', () => {
  expect(text('AK{{[A-Z2-7]:16}}')).toMatch(/^AK[A-Z2-7]{16}$/);
  const sizes = new Set(Array.from({ length: 50 }, (_, n) => text('{{[]a]:2-4}}', `s#${n}`).length));
  expect([...sizes].sort()).toEqual([2, 3, 4]);
});

test('a joint is empty', () => {
  expect(text('AKIA{{}}EXAMPLE')).toBe('AKIAEXAMPLE');
});

test('forms encode what stands inside and nest', () => {
  expect(text('Basic {{base64:u:p}}')).toBe('Basic dTpw');
  expect(text('{{json:a"b{{hex:c}}}}')).toBe('a\\"b63');
  expect(text('{{percent:a/b c}}')).toBe('a%2Fb%20c');
  expect(text('{{base64url:{"alg":"none"} }}.')).toBe(
    `${Buffer.from('{"alg":"none"} ').toString('base64url')}.`,
  );
  expect(text('{{jwt}}')).toMatch(/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$/);
  expect(
    text('{{pem-body:3}}')
      .split('\n')
      .map((line) => line.length),
  ).toEqual([64, 64, 52]);
});

test('marks tell the secret in bytes', () => {
  expect(mint('é{{<}}{{[a]:3}}{{>}}b', 's#1').secret).toEqual({ start: 2, end: 5 });
  expect(mint('abc', 's#1').secret).toBeNull();
});

test.each([
  ['{{[a-z]}}', 'followed by :n'],
  ['{{[a-z]:3', 'not closed'],
  ['{{base64:abc', 'never closed'],
  ['{{rot13:abc}}', 'unknown form'],
  ['{{+crc}}', 'no check'],
  ['{{>}}a{{<}}', 'do not enclose'],
  ['{{base64:{{<}}a}}', 'inside a form'],
])('%s is refused', (template, message) => {
  expect(() => mint(template, 's#1')).toThrow(message);
});
