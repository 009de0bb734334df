import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createActions } from '../../../src/engine/actions/index.ts';
import { checkPlaceholder, DEFAULT_PLACEHOLDER } from '../../../src/engine/actions/placeholder.ts';
import { Secret } from '../../../src/engine/secret.ts';

const SAFE = /^[\x20-\x7e]+$/;
const key = randomBytes(32);
const labels = ['shop-db/password', 'aws.access-key-id'];
const base = { placeholder: DEFAULT_PLACEHOLDER, labels };
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('mask', () => {
  test('replaces by the label, in the same memory every time', () => {
    const action = createActions({ name: 'mask', ...base }).of(0);
    const first = action.replace(0, Buffer.from('whatever'), 0, 8);
    expect(text(first)).toBe('[REDACTED:shop-db/password]');
    expect(action.replace(0, Buffer.from('else'), 0, 4)).toBe(first);
  });

  test('makes any label safe inside JSON, XML, URLs, logfmt and CRI lines', () => {
    const hostile = ['a"b\\c<d>e&f%g\'h', 'line\nbreak\r\0', 'käse 密码', 'x, y', '', 'l'.repeat(500)];
    const actions = createActions({ name: 'mask', placeholder: DEFAULT_PLACEHOLDER, labels: hostile });
    for (let rule = 0; rule < hostile.length; rule++) {
      const placeholder = text(actions.of(rule).replace(rule, new Uint8Array(8), 0, 8));
      expect(placeholder).toMatch(SAFE);
      expect(placeholder).not.toMatch(/["'\\<>&%, ]/);
      expect(placeholder.length).toBeLessThanOrEqual(128);
      expect(placeholder.startsWith('[REDACTED:') && placeholder.endsWith(']')).toBe(true);
    }
  });

  test('does not read $& and its like in a label as a pattern', () => {
    const actions = createActions({ name: 'mask', placeholder: DEFAULT_PLACEHOLDER, labels: ['a$$b$`'] });
    expect(text(actions.of(0).replace(0, new Uint8Array(8), 0, 8))).toBe('[REDACTED:a$$b$`]');
  });
});

describe('partial', () => {
  const action = createActions({ name: 'partial', ...base }).of(0);
  const replaced = (value: string) => text(action.replace(0, Buffer.from(`<${value}>`), 1, 1 + value.length));

  test('keeps the last 4 of 16 bytes', () => {
    expect(replaced('0123456789abWxY9')).toBe('[REDACTED:shop-db/password:...WxY9]');
  });
  test('masks 15 bytes, and a tail that is not letters and digits', () => {
    expect(replaced('0123456789abWxY')).toBe('[REDACTED:shop-db/password]');
    expect(replaced('0123456789abcdef"xyz')).toBe('[REDACTED:shop-db/password]');
    expect(replaced('0123456789abcdef@[`{')).toBe('[REDACTED:shop-db/password]');
  });
});

describe('pseudonym', () => {
  const actions = createActions({ name: 'pseudonym', ...base, key, keyId: 'k1' });
  const of = (value: Uint8Array) => text(actions.of(0).replace(0, value, 0, value.length));

  test('gives equal secrets equal words and others another, under a key', () => {
    const one = randomBytes(20);
    expect(of(one)).toMatch(/^\[REDACTED:shop-db\/password:k1:[0-9a-f]{12}\]$/);
    expect(of(one)).toBe(of(Buffer.from(one)));
    expect(of(one)).not.toBe(of(randomBytes(20)));
    const rotated = createActions({ name: 'pseudonym', ...base, key: randomBytes(32), keyId: 'k2' });
    expect(text(rotated.of(0).replace(0, one, 0, 20))).not.toBe(of(one));
  });

  test('gives every spelling of a known value one word', () => {
    const secret = new Secret({ name: 'x', key: 'x', part: '' }, randomBytes(24));
    const known = createActions({ name: 'pseudonym', ...base, key, keyId: 'k1', secrets: [secret, null] });
    const plain = known.of(0).replace(0, secret.reveal(), 0, 24);
    const hex = Buffer.from(Buffer.from(secret.reveal()).toString('hex'));
    expect(text(known.of(0).replace(0, hex, 0, hex.length))).toBe(text(plain));
  });

  test('keeps its digits when the label is too long', () => {
    const long = createActions({ name: 'pseudonym', ...base, labels: ['l'.repeat(300)], key, keyId: 'k1' });
    const word = text(long.of(0).replace(0, randomBytes(9), 0, 9));
    expect(word).toMatch(/:k1:[0-9a-f]{12}\]$/);
    expect(word.length).toBe(128);
  });

  test('is refused without a key', () => {
    expect(() => createActions({ name: 'pseudonym', ...base })).toThrow('E_PSEUDONYM_KEY');
  });
});

test('drop gives the marker of a dropped record', () => {
  const action = createActions({ name: 'drop', ...base }).of(1);
  expect(text(action.replace(1, new Uint8Array(3), 0, 3))).toBe('[DROPPED:aws.access-key-id]');
  expect(action.name).toBe('drop');
});

test('a rule may have an action of its own', () => {
  const actions = createActions({ name: 'mask', ...base, perRule: [null, 'drop'] });
  expect([actions.of(0).name, actions.of(1).name]).toEqual(['mask', 'drop']);
});

test('a template that would break JSON, hide the finding or name an unknown word is refused', () => {
  expect(checkPlaceholder(DEFAULT_PLACEHOLDER)).toBeNull();
  expect(checkPlaceholder('***')).toBeNull();
  for (const bad of [
    '',
    '  ',
    'a"b',
    'a\\b',
    '<secret>',
    'a&b',
    '50%',
    'a\nb',
    'ä',
    '{labl}',
    '{label}{label}',
    'x'.repeat(65),
  ])
    expect(checkPlaceholder(bad), JSON.stringify(bad)).not.toBeNull();
});
