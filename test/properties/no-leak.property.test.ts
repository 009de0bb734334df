import { expect, test } from 'vitest';
import { cases, PATIENCE, progress, SEED } from '../campaigns/size.ts';
import { SPELLINGS } from '../support/encode.ts';
import { drawCase } from '../support/generate-cases.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecrets } from '../support/generate-secrets.ts';
import { leaks, seek } from '../support/oracle.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, named, redactChunks } from '../support/redact-stream.ts';

const CASES = cases(5_000, 100_000);
const PER_SET = 24;
/** Failures told apart, so that one message shows their spread. */
const MAX_TOLD = 40;

/** Runs one set of secrets; tells each leak by its place, never by its bytes. */
function leaksOfSet(seed: number): { done: number; told: string[] } {
  const chance = new Chance(seed);
  const secrets = drawSecrets(chance);
  // Both kernels, with and without near misses, take turns.
  const matcher = matcherOf(named(secrets.map((secret) => secret.value)), {
    wasm: seed % 2 === 0,
    near: seed % 4 > 1,
  });
  const sought = secrets.map((secret) => seek(secret.value));
  const told: string[] = [];
  let done = 0;
  for (let at = 0; at < PER_SET; at++) {
    const drawn = drawCase(secrets, chance.below(secrets.length), chance);
    if (drawn === null) continue;
    done++;
    const { bytes } = redactChunks(matcher, drawn.chunks, drawn.format);
    const leaked = leaks(bytes, sought);
    if (leaked.length > 0)
      told.push(
        `set ${seed} case ${at}: ${drawn.kind} planted as ${drawn.spelling} in ${drawn.format}, ` +
          `readable as ${[...new Set(leaked.map((leak) => leak.spelling))].slice(0, 3).join(', ')}`,
      );
  }
  return { done, told };
}

test(
  'no secret and no spelling of one is in the output, whatever stands around it and wherever it is cut',
  () => {
    const told: string[] = [];
    let done = 0;
    for (let set = 0; done < CASES && told.length < MAX_TOLD; set++) {
      const outcome = leaksOfSet(SEED + set);
      done += outcome.done;
      told.push(...outcome.told);
      progress('no leak', done, CASES);
    }
    expectNone(told);
    expect(done).toBeGreaterThanOrEqual(CASES);
  },
  PATIENCE,
);

test('the oracle reads every spelling it plants, so a silent oracle cannot pass', () => {
  const chance = new Chance(SEED);
  const blind: string[] = [];
  for (let set = 0; set < 60; set++) {
    const secrets = drawSecrets(chance).slice(0, 1);
    const sought = secrets.map((secret) => seek(secret.value));
    for (const spelling of SPELLINGS) {
      const drawn = drawCase(secrets, 0, chance, spelling);
      if (drawn !== null && leaks(drawn.planted, sought).length === 0)
        blind.push(`${drawn.kind} as ${drawn.spelling}`);
    }
  }
  expectNone(blind);
});
