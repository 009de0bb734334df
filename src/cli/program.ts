import { Command, type CommanderError } from 'commander';
import type { CommandName } from '../config/option.ts';
import { OPTION_LIST } from '../config/options.ts';
import { didYouMean } from '../config/suggest.ts';
import { renderExitCodes } from './exit-codes.ts';
import { filterCommand } from './filter.ts';
import { addFlags } from './flags.ts';
import { UsageError } from './usage-error.ts';
import { readVersion } from './version.ts';

const FLAGS: readonly string[] = [
  ...OPTION_LIST.map(([, { flag }]) => flag),
  '--json',
  '--against',
  '--output',
  '--help',
  '--version',
];

/** What a command leaves behind. */
export interface Outcome {
  code: number;
  /** Help or version that was asked for. */
  text: string;
}

const EXAMPLES = `Examples:
  tail -f app.log | unleak               redact a stream
  unleak exec -- node server.js          run a program with its stdout and stderr redacted
  unleak proxy --route 'loki :3100 http://loki:3100'
                                         redact what shippers send to a store
  unleak secrets list                    which values are known, and how each is matched
  unleak config print                    what is in force, and where each value was said
`;

/** The whole command line: commands, their flags and their help. Every command leaves its exit code in `outcome`. */
export function createProgram(outcome: Outcome): Command {
  const program = new Command('unleak').configureOutput({
    // Gathered, and written to the end before the process exits.
    writeOut: (text) => {
      outcome.text += text;
    },
  });
  const run = (work: () => Promise<number>) => async (): Promise<void> => {
    outcome.code = await work();
  };
  strict(program)
    .description(
      'Takes secrets out of a log stream: the values of mounted Secrets and of the environment, in every spelling, and credentials by their shape. With no option it reads stdin, writes stdout, and knows the usual places.',
    )
    .usage(
      '[options]\n       unleak exec [options] -- PROGRAM [ARGS]\n       unleak proxy [options] --route ROUTE ...\n       unleak secrets|detectors|config ...',
    )
    .version(readVersion(), '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print this help.')
    .enablePositionalOptions()
    .argument('[words...]')
    .addHelpText('after', `\n${EXAMPLES}\n${renderExitCodes()}`)
    .action((words: string[]) => run(() => filterCommand(words, program))());
  addFlags(program, 'filter');
  const exec = addCommand(program, 'exec', 'Run a program with its stdout and stderr redacted, apart.')
    .usage('[options] -- PROGRAM [ARGS]')
    .argument('[command...]')
    .passThroughOptions()
    .addHelpText('after', `\n${renderExitCodes()}`)
    .action((argv: string[]) => run(async () => (await import('./exec.ts')).execCommand(argv, exec))());
  const proxy = addCommand(
    program,
    'proxy',
    'Stand between log shippers and their stores (Splunk HEC, Elasticsearch, Loki, OTLP).',
  )
    .addHelpText('after', `\n${renderExitCodes()}`)
    .action(run(async () => (await import('./proxy.ts')).proxyCommand(proxy)));
  addSecrets(program, run);
  addDetectors(program, run);
  addConfig(program, run);
  return program;
}

type Runner = (work: () => Promise<number>) => () => Promise<void>;

function addSecrets(program: Command, run: Runner): void {
  const secrets = group(program, 'secrets', 'Which secret values are known.');
  const list = addCommand(
    secrets,
    'secrets',
    'List names, parts, and how each value is matched; never a value.',
    'list',
  )
    .option('--json', 'Print JSON.')
    .action((options: { json?: boolean }) =>
      run(async () => (await import('./secrets.ts')).secretsList(options, list))(),
    );
}

function addDetectors(program: Command, run: Runner): void {
  const detectors = group(program, 'detectors', 'Which credentials are found by their shape.');
  const list = addCommand(detectors, 'detectors', 'List the detectors that are selected.', 'list')
    .option('--json', 'Print JSON.')
    .action((options: { json?: boolean }) =>
      run(async () => (await import('./detectors.ts')).detectorsList(options, list))(),
    );
  addImport(detectors, run);
  const test = addCommand(
    detectors,
    'detectors',
    'Run every selected detector over its own examples, or hold them against a file.',
    'test',
  )
    .option(
      '--against <FILE>',
      'A log: count findings by detector and line. JSON lines of {text, secret, kind}: recall and false alarms. Nothing of it is printed.',
    )
    .action((options: { against?: string }) =>
      run(async () => (await import('./detectors.ts')).detectorsTest(options, test))(),
    );
}

function addImport(detectors: Command, run: Runner): void {
  strict(detectors.command('import'))
    .description(
      "Turn gitleaks' configuration into a detector file on stdout; what could not be carried over is told on stderr, rule by rule.",
    )
    .argument('[file]', "gitleaks' configuration, as .gitleaks.toml.")
    .option('--output <FILE>', 'Write the detector file here instead.')
    .action((file: string | undefined, options: { output?: string }) =>
      run(async () => (await import('./detectors-import.ts')).detectorsImport(file, options))(),
    );
}

function addConfig(program: Command, run: Runner): void {
  const config = group(program, 'config', 'What is in force.');
  const check = addCommand(
    config,
    'config',
    'Check flags, environment, file and detectors; print ok or every problem.',
    'check',
  ).action(run(async () => (await import('./config.ts')).configCheck(check)));
  const print = addCommand(
    config,
    'config',
    'Print the effective configuration as YAML, each value with its origin.',
    'print',
  ).action(run(async () => (await import('./config.ts')).configPrint(print)));
}

/** A word with commands below it; alone it prints its help. */
function group(program: Command, name: string, description: string): Command {
  const command = strict(program.command(name)).description(description);
  return command.argument('[words...]').action((words: string[]) => {
    const subs = command.commands.map((sub) => `unleak ${name} ${sub.name()}`).join(' or ');
    throw new UsageError(
      words.length === 0 ? `${name}: which one? ${subs}` : `${name} has no such command. Write: ${subs}`,
    );
  });
}

function addCommand(
  parent: Command,
  options: CommandName,
  description: string,
  name: string = options,
): Command {
  const command = strict(parent.command(name)).description(description);
  return addFlags(command, options);
}

/** Mistakes are thrown, told in our words, and never quote a value that was typed. */
function strict(command: Command): Command {
  return command
    .exitOverride((error: CommanderError) => {
      if (error.exitCode === 0) throw error;
      throw new UsageError(words(error));
    })
    .configureOutput({ outputError: () => {} })
    .configureHelp({ helpWidth: 100, showGlobalOptions: false })
    .allowExcessArguments(false)
    .showSuggestionAfterError(true);
}

function words({ code, message }: CommanderError): string {
  const flag = code === 'commander.unknownOption' ? /--?[\w-]+/.exec(message)?.[0] : undefined;
  // The word behind `--flag=` is left out, and the suggestion is sought without it.
  const plain =
    flag === undefined
      ? message.replace(/^error: /, '').replace(/\s*\n.*$/s, '')
      : `unknown option ${flag}${didYouMean(flag, FLAGS)}`;
  return `${plain}${/[?.]$/.test(plain) ? '' : '.'} All options: unleak --help`;
}
