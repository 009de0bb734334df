import { expect, test } from 'vitest';
import { Output } from '../../src/engine/output.ts';
import { matcherOf, Tap } from '../support/redact-stream.ts';

const VALUE = Buffer.from('correct-horse-battery-staple');

test.each(['text', 'json', 'auto'] as const)(
  'after a fault nothing held leaves, a placeholder says so, and the stream goes on: %s',
  (format) => {
    for (let cut = 1; cut < VALUE.length; cut++) {
      const tap = new Tap(matcherOf([{ name: 'db', value: VALUE }]), format);
      tap.push(Buffer.concat([Buffer.from('first line\npw='), VALUE.subarray(0, cut)]));
      const held = tap.redactor.held;
      const out = new Output();
      tap.redactor.discard(out);
      const placeholder = Buffer.from(out.take()).toString();
      expect(held).toBeGreaterThanOrEqual(1);
      expect(placeholder.length).toBeGreaterThan(0);
      expect(placeholder).not.toContain(VALUE.subarray(0, cut).toString().slice(0, 6).padEnd(6, '\0'));
      expect(tap.redactor.held).toBe(0);
      // The record that was struck goes on to its line end: the placeholder stands for all of it.
      tap.push('its end\nnext line\n');
      tap.end();
      expect(tap.all().toString()).not.toContain('its end');
      expect(tap.all().toString()).toContain('next line\n');
    }
  },
);
