import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadDetectors } from '../../../src/config/detector-files.ts';
import { mint } from '../../../src/engine/detectors/template.ts';
import { matcherOf, Tap } from '../../support/redact-stream.ts';

const folder = mkdtempSync(join(tmpdir(), 'unleak-gitleaks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const team = await loadDetectors({
  builtin: false,
  select: [],
  files: [new URL('team.toml', import.meta.url).pathname],
});

test.each(team.specs.map((spec) => [spec.id, spec] as const))(
  '%s gives the same however the stream is cut',
  (id, spec) => {
    const matcher = matcherOf([], { detectors: team.detectors });
    const text = Buffer.concat(
      spec.examples.flatMap((example, index) => [mint(example, `${id}#${index}`).bytes, Buffer.from('\n')]),
    );
    const run = (...chunks: Uint8Array[]): string => {
      const tap = new Tap(matcher, 'text');
      const out = [...chunks.map((chunk) => tap.push(chunk)), tap.end()];
      return Buffer.concat(out).toString('latin1');
    };
    const whole = run(text);
    expect(whole.includes(`[REDACTED:${id}]`)).toBe(spec.mode === 'redact');
    for (let cut = 1; cut < text.length; cut++)
      expect(run(text.subarray(0, cut), text.subarray(cut))).toBe(whole);
    expect(run(...Array.from(text, (byte) => Uint8Array.of(byte)))).toBe(whole);
  },
);

test('240 rules in the manner of gitleaks load, and each finds', async () => {
  const names = Array.from({ length: 240 }, (_, n) => `svc${((n * 7919) % 46_656).toString(36)}x`);
  const path = join(folder, 'big.toml');
  const rules = names.map(
    (name) =>
      `[[rules]]\nid = "${name}"\nentropy = 3\nkeywords = ["${name}"]\nregex = '''(?i)[\\w.-]{0,50}?(?:${name})(?:[ \\t\\w.-]{0,20})[\\s'"]{0,3}(?:=|>|:{1,3}=|:|=>|,)[\\x60'"\\s=]{0,5}([a-z0-9_-]{32})(?:[\\x60'"\\s;]|\\\\[nr]|$)'''\n`,
  );
  writeFileSync(path, rules.join('\n'));
  const { detectors, notes } = await loadDetectors({ builtin: false, select: [], files: [path] });
  expect([detectors.length, notes]).toEqual([240, []]);
  const lines = names.map((name, n) => `my.${name}_key = "`.concat(value(n), '"\n'));
  const tap = new Tap(matcherOf([], { detectors }), 'text');
  const out = Buffer.concat([tap.push(lines.join('')), tap.end()]).toString();
  expect(out).toBe(names.map((name) => `my.${name}_key = "[REDACTED:gitleaks.${name}]"\n`).join(''));
});

function value(n: number): string {
  return Buffer.from(mint('{{[a-z0-9]:32}}', `value${n}`).bytes).toString();
}
