// `npm run bench`; README.md tells what it measures and how to read it.
import { parseArgs } from 'node:util';
import { Contest } from './contest.ts';
import { machine, writeRecord } from './record.ts';
import type { Result } from './result.ts';
import { SCENARIOS } from './scenarios.ts';
import { tableOf } from './table.ts';

const ROUNDS = { full: 5, quick: 3 };
const USAGE = `npm run bench -- [--quick] [--only NAME]... [--rounds N]

  --quick      smaller haystacks, ${ROUNDS.quick} rounds; under 2 minutes on a quiet machine, no record
  --only NAME  one scenario; repeatable: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --rounds N   rounds; ${ROUNDS.full} when left out
`;

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code: 0 also when a goal is missed, 1 when a contestant found a wrong number */
async function main(argv: readonly string[]): Promise<number> {
  const { values: flags } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = flags.only.filter((name) => SCENARIOS.every((scenario) => scenario.name !== name));
  const rounds = Number(flags.rounds ?? (flags.quick ? ROUNDS.quick : ROUNDS.full));
  if (flags.help || unknown.length > 0 || !(rounds >= 1)) {
    process.stderr.write(unknown.length > 0 ? `no scenario ${unknown.join(', ')}\n\n${USAGE}` : USAGE);
    return flags.help ? 0 : 2;
  }
  const wanted = SCENARIOS.filter(({ name }) => flags.only.length === 0 || flags.only.includes(name));
  const contest = new Contest(flags.quick, rounds, progress);
  try {
    process.stdout.write(`${machine()}\n`);
    const results: Result[] = [];
    for (const scenario of wanted) results.push(...(await contest.run(scenario)));
    progress('');
    const notes = contest.notes();
    process.stdout.write(`\n${tableOf(results)}\n${notes.map((note) => `${note}\n`).join('')}`);
    if (flags.quick || flags.only.length > 0) process.stdout.write('A part of it only: not recorded.\n');
    else process.stdout.write(`Written: ${writeRecord(results, notes).join(', ')}\n`);
    return 0;
  } catch (error) {
    progress('');
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  } finally {
    contest.close();
  }
}

/** One line that is overwritten; nothing where nobody watches. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}
