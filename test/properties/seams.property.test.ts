import { describe, expect, test } from 'vitest';
import type { FormatName } from '../../src/formats/format.ts';
import { cases, PATIENCE, SEED } from '../campaigns/size.ts';
import { everyCut, randomCut } from '../support/generate-cuts.ts';
import { Chance } from '../support/generate-random.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, named, redactChunks } from '../support/redact-stream.ts';

const LETTERS = 'abcdefgh01';
/** What stands between two pieces: often nothing, so that a placeholder touches what follows. */
const BETWEEN = ['', '', '', '', ' ', ',', 'x', '['];

/** Values that placeholders complete at one end or both, and one that they do not. */
function drawEdgy(chance: Chance): string[] {
  const word = (): string => chance.text(LETTERS, chance.between(7, 12));
  // The last one begins as the placeholder of the one named s1 ends.
  return [`${word()}[`, `]${word()}`, `]${word()}[`, `q${word()}z`, `s1]${word()}`].slice(chance.below(3));
}

/** Values and their parts without a bracket, side by side, some letters spelt otherwise. */
function drawLine(chance: Chance, values: readonly string[], json: boolean): string {
  let line = '';
  for (let pieces = chance.between(1, 7); pieces > 0; pieces--) {
    const value = chance.pick(values);
    const piece = chance.oneIn(2) ? value : value.replace(/^(?:s1)?\]|\[$/g, '');
    line += spell(piece, chance, json) + chance.pick(BETWEEN);
  }
  return json ? `{"m":"${line}"}\n` : `${line}\n`;
}

function spell(piece: string, chance: Chance, json: boolean): string {
  if (!chance.oneIn(3)) return piece;
  const at = chance.below(piece.length);
  const code = piece.charCodeAt(at).toString(16);
  const spelt = json ? `\\u00${code}` : `%${code}`;
  return piece.slice(0, at) + spelt + piece.slice(at + 1);
}

/** As a reader of the output would read it. */
function plain(line: string, json: boolean): string {
  if (json) return JSON.parse(line).m;
  return line.replace(/%([0-9a-f]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

describe.each<FormatName>(['text', 'json'])('as %s', (format) => {
  const json = format === 'json';
  test(
    'no placeholder completes a value beside it, however the stream is cut',
    () => {
      const wrong: string[] = [];
      const runs = cases(600, 100_000);
      let touched = 0;
      for (let run = 0; run < runs && wrong.length < 10; run++) {
        const chance = new Chance(SEED + run);
        const values = drawEdgy(chance);
        const matcher = matcherOf(named(values.map((value) => Buffer.from(value))), { near: run % 2 === 0 });
        const input = Buffer.from(drawLine(chance, values, json));
        const whole = redactChunks(matcher, [input], format).bytes;
        const read = plain(whole.toString(), json);
        if (values.some((value) => read.includes(value))) wrong.push(`run ${run}: a value can be read`);
        touched += Number(read.includes(']['));
        const cuts = run % 50 === 0 ? everyCut(input) : [randomCut(input, chance)];
        for (const cut of cuts)
          if (!redactChunks(matcher, cut, format).bytes.equals(whole))
            wrong.push(`run ${run}: a cut differs`);
      }
      expectNone(wrong);
      expect(touched).toBeGreaterThan(runs / 10);
    },
    PATIENCE,
  );
});
