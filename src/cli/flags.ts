import { type Command, Option as Flag } from 'commander';
import type { CommandName, Option } from '../config/option.ts';
import type { OptionName } from '../config/options.ts';
import { metavar, showDefault } from '../config/reference.ts';
import { type FlagValues, optionsOf, type SettingsInput } from '../config/settings.ts';

/** Gives a command the flags of the options that apply to it. */
export function addFlags(command: Command, name: CommandName): Command {
  for (const [option, spec] of optionsOf(name)) {
    const value = metavar(spec);
    const flag = new Flag(value === '' ? spec.flag : `${spec.flag} <${value}>`, describe(spec));
    // The table's name, whatever the flag: `--detectors` and `--no-detectors` are two options.
    flag.attributeName = () => option;
    if (spec.type.kind === 'list') {
      flag.argParser((word: string, before: string[] | undefined) => [...(before ?? []), word]);
    }
    command.addOption(flag);
  }
  return command;
}

/** What was typed, of a command and those above it; the inner word wins. */
function flagsOf(command: Command): FlagValues {
  const flags = new Map<OptionName, string | boolean | readonly string[]>();
  for (let at: Command | null = command; at !== null; at = at.parent) {
    for (const [name, value] of Object.entries(at.opts())) {
      if (at.getOptionValueSource(name) === 'cli' && !flags.has(name as OptionName)) {
        flags.set(name as OptionName, value as string);
      }
    }
  }
  return flags;
}

/** What a command's configuration is read from. */
export function settingsInput(command: Command): SettingsInput {
  return { flags: flagsOf(command), env: process.env, cwd: process.cwd() };
}

function describe(option: Option): string {
  const value = option.type.kind === 'boolean' ? '' : showDefault(option, (text) => text);
  return `${option.doc}${value === '' ? '' : ` Default: ${value}.`} [${option.env}]`;
}
