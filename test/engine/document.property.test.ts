import { describe, expect, test } from 'vitest';
import { cases, PATIENCE, progress, SEED } from '../campaigns/size.ts';
import { cutInto, everyCut, randomCut } from '../support/generate-cuts.ts';
import { breakDocument, drawDocument, drawPlanted, type Planted } from '../support/generate-documents.ts';
import { Chance } from '../support/generate-random.ts';
import { lexJson, strayChange } from '../support/json-lexer.ts';
import { leaks, seek } from '../support/oracle.ts';
import { expectNone } from '../support/oracle-report.ts';
import { redactDocument } from '../support/redact-document.ts';
import { matcherOf, named, redactChunks, sameRedacted } from '../support/redact-stream.ts';

const PER_SET = 50;
const VALID = cases(14_000, 500_000);
const BROKEN = cases(8_000, 300_000);

function matcherFor({ values }: Planted, set: number) {
  return matcherOf(named([...values]), { wasm: set % 2 === 0, near: set % 4 > 1 });
}

/** Small bounds make every string a huge one, large ones none. */
function drawBound(chance: Chance): number {
  return chance.pick([8, 24, 60, 200, 1_000, 1 << 20]);
}

/** Numbers over the bound keep their shape: a digit that became a nine is put back. */
function undoNines(before: string, after: string, bound: number): string {
  const [was, is] = [lexJson(before), lexJson(after)];
  if (was.length !== is.length) return after;
  const alike = (a: string, b: string) =>
    a.length === b.length && [...a].every((char, at) => char === b[at] || (/\d/.test(char) && b[at] === '9'));
  return is
    .map(({ kind, text }, at) => {
      const one = was[at]!;
      const long = kind === 'number' && one.kind === 'number' && one.text.length > bound;
      return long && alike(one.text, text) ? one.text : text;
    })
    .join('');
}

function compare(before: string, after: string, bound: number): string | null {
  try {
    return strayChange(before, undoNines(before, after, Math.max(5, bound)));
  } catch (cause) {
    if (cause instanceof SyntaxError) return `is JSON no longer: ${cause.message}`;
    throw cause;
  }
}

/** What an oracle that reads line by line should see: the output, and each document on a line of its own. */
function readable(outputs: readonly string[]): Buffer {
  const compact = outputs.map((text) =>
    lexJson(text)
      .filter(({ kind }) => kind !== 'white')
      .map((token) => token.text)
      .join('\n'),
  );
  return Buffer.from([...outputs, ...compact].join('\n\n'));
}

test(
  'a document that was JSON is JSON after, differs in redacted tokens only, betrays nothing, and is the same however it is cut',
  () => {
    const wrong: string[] = [];
    let placeholders = 0;
    for (let done = 0, set = 0; done < VALID && wrong.length < 20; set++, done += PER_SET) {
      const chance = new Chance(SEED + set);
      const planted = drawPlanted(chance, 5);
      const matcher = matcherFor(planted, set);
      const maxRecordBytes = drawBound(chance);
      const outputs: string[] = [];
      for (let at = 0; at < PER_SET; at++) {
        const before = drawDocument(chance, planted.what);
        const bytes = Buffer.from(before);
        const whole = redactDocument(matcher, [bytes], { maxRecordBytes });
        const cut = redactDocument(matcher, randomCut(bytes, chance), { maxRecordBytes });
        const place = `set ${SEED + set} document ${at} bound ${maxRecordBytes}`;
        if (!cut.bytes.equals(whole.bytes)) wrong.push(`${place}: bytes differ by the cut`);
        else if (cut.findings.join() !== whole.findings.join())
          wrong.push(`${place}: findings differ by the cut`);
        else if (cut.records !== whole.records) wrong.push(`${place}: records differ by the cut`);
        const stray = compare(before, whole.bytes.toString(), maxRecordBytes);
        if (stray !== null) wrong.push(`${place}: ${stray}`);
        else outputs.push(whole.bytes.toString());
      }
      const output = readable(outputs);
      for (const leak of leaks(output, planted.values.map(seek)))
        wrong.push(`set ${SEED + set} bound ${maxRecordBytes}: s${leak.secret} readable as ${leak.spelling}`);
      placeholders += output.toString().split('[REDACTED:').length - 1;
      progress('documents', done, VALID);
    }
    expectNone(wrong);
    expect(placeholders).toBeGreaterThan(VALID / 2);
  },
  PATIENCE,
);

test(
  'broken JSON betrays nothing and is the same however it is cut',
  () => {
    const wrong: string[] = [];
    for (let done = 0, set = 0; done < BROKEN && wrong.length < 20; set++, done += PER_SET) {
      const chance = new Chance(SEED - 1 - set);
      const planted = drawPlanted(chance, 3);
      const matcher = matcherFor(planted, set);
      const maxRecordBytes = drawBound(chance);
      const outputs: Buffer[] = [];
      const asText: Buffer[] = [];
      for (let at = 0; at < PER_SET; at++) {
        const bytes = Buffer.from(
          breakDocument(drawDocument(chance, planted.what), chance, planted.what.texts),
        );
        const whole = redactDocument(matcher, [bytes], { maxRecordBytes });
        const cut = redactDocument(matcher, randomCut(bytes, chance), { maxRecordBytes });
        const place = `set ${SEED - 1 - set} document ${at} bound ${maxRecordBytes}`;
        if (!cut.bytes.equals(whole.bytes)) wrong.push(`${place}: bytes differ by the cut`);
        else if (cut.findings.join() !== whole.findings.join())
          wrong.push(`${place}: findings differ by the cut`);
        outputs.push(whole.bytes, Buffer.from('\n;;\n'));
        asText.push(redactChunks(matcher, [bytes], 'text').bytes, Buffer.from('\n;;\n'));
      }
      // An accident may leave a spelling that nothing finds (`\\a` ahead of it, say): that is not the rewriter's.
      const sought = planted.values.map(seek);
      const unseen = leaks(Buffer.concat(asText), sought).map(
        ({ secret, spelling }) => `${secret} ${spelling}`,
      );
      for (const leak of leaks(Buffer.concat(outputs), sought))
        if (!unseen.includes(`${leak.secret} ${leak.spelling}`))
          wrong.push(
            `set ${SEED - 1 - set} bound ${maxRecordBytes}: s${leak.secret} readable as ${leak.spelling}`,
          );
      progress('broken documents', done, BROKEN);
    }
    expectNone(wrong);
  },
  PATIENCE,
);

test(
  'a document without a secret is the same bytes after, broken or not',
  () => {
    const differing: string[] = [];
    for (let set = 0; set < cases(60, 4_000); set++) {
      const chance = new Chance(SEED + 7_000 + set);
      const planted = drawPlanted(chance, 0);
      const matcher = matcherFor(planted, set);
      for (let at = 0; at < PER_SET; at++) {
        const text = drawDocument(chance, planted.what);
        const bytes = Buffer.from(chance.oneIn(2) ? text : breakDocument(text, chance, ['x']));
        const maxRecordBytes = drawBound(chance);
        const after = redactDocument(matcher, randomCut(bytes, chance), { maxRecordBytes });
        if (!after.bytes.equals(bytes) || after.findings.length > 0)
          differing.push(`set ${set} document ${at}`);
      }
    }
    expectNone(differing);
  },
  PATIENCE,
);

describe.each([12, 1 << 20])('with a bound of %i bytes', (maxRecordBytes) => {
  test(
    'a short document gives the same bytes for every cut in two and byte by byte',
    () => {
      const differing: string[] = [];
      for (let run = 0; run < cases(60, 2_000) && differing.length < 10; run++) {
        const chance = new Chance(SEED + 90_000 + run);
        const planted = drawPlanted(chance, 2);
        const matcher = matcherFor(planted, run);
        let text = drawDocument(chance, planted.what, 2);
        if (run % 3 === 0) text = breakDocument(text, chance, planted.what.texts);
        const bytes = Buffer.from(text).subarray(0, 500);
        const whole = redactDocument(matcher, [bytes], { maxRecordBytes });
        let way = 0;
        for (const chunks of everyCut(bytes)) {
          const cut = redactDocument(matcher, chunks, { maxRecordBytes });
          if (!sameRedacted(cut, whole) || cut.records !== whole.records) {
            differing.push(`run ${run} way ${way} of ${bytes.length} bytes`);
            break;
          }
          way++;
        }
      }
      expectNone(differing);
    },
    PATIENCE,
  );
});

test(
  'findings far longer than a label waits for stay one placeholder a token, however they are cut',
  () => {
    const differing: string[] = [];
    const matcher = matcherOf(named([Buffer.from('secretive')]));
    for (let run = 0; run < cases(12, 200); run++) {
      const chance = new Chance(SEED + run);
      const long = 'secretive'.repeat(chance.between(1_000, 9_000));
      const text = chance.pick([
        `{"a":"x${long}y","b":"${long}"}`,
        `{"a":"\\"${long}\\u00e9 ${long}"}`,
        `{"a" oh ${long} no\n{"b":"${long}"}`,
      ]);
      const maxRecordBytes = chance.pick([100, 20_000, 1 << 20]);
      const whole = redactDocument(matcher, [Buffer.from(text)], { maxRecordBytes });
      const size = chance.pick([1_000, 4_093, 65_536]);
      const cut = redactDocument(matcher, cutInto(Buffer.from(text), size), { maxRecordBytes });
      const expected = text.replaceAll(long, '[REDACTED:s0]');
      if (whole.bytes.toString() !== expected) differing.push(`run ${run}: not one placeholder a token`);
      if (!cut.bytes.equals(whole.bytes)) differing.push(`run ${run}: bytes differ by the cut`);
      if (cut.findings.join() !== whole.findings.join())
        differing.push(`run ${run}: findings differ by the cut`);
    }
    expectNone(differing);
  },
  PATIENCE,
);
