import { readConfigFile } from './file.ts';
import type { CommandName, Option, OptionValue } from './option.ts';
import { OPTION_LIST, OPTIONS, type OptionName, type Values } from './options.ts';
import { didYouMean } from './suggest.ts';
import { parseValue } from './values.ts';

/** What the command line said, per option: as typed, several times for a list. */
export type FlagValues = ReadonlyMap<OptionName, string | boolean | readonly string[]>;

/** Where a value was said, for `config print`: `flag --hold`, `env UNLEAK_HOLD`, `file unleak.yaml:3:1`, `default`. */
export type Origins = { readonly [N in OptionName]: string };

export interface Settings {
  readonly values: Values;
  readonly origins: Origins;
  /** Where each value stands, for messages. */
  readonly places: { readonly [N in OptionName]: string };
  readonly problems: readonly string[];
}

export interface SettingsInput {
  readonly flags: FlagValues;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Every option by precedence flag > environment > file > default. Problems are gathered, not thrown. */
export async function readSettings(input: SettingsInput): Promise<Settings> {
  const { flags, env, cwd } = input;
  const given = flags.get('config') ?? said(env[OPTIONS.config.env]) ?? null;
  const file = await readConfigFile(given as string | null, cwd);
  const problems: string[] = [...file.problems, ...unknownVariables(env)];
  const values: Record<string, OptionValue> = {};
  const origins: Record<string, string> = {};
  const places: Record<string, string> = {};
  for (const [name, option] of OPTION_LIST) {
    const layers = [
      flagLayer(option, flags.get(name)),
      { raw: said(env[option.env]), origin: `env ${option.env}`, place: option.env },
      {
        raw: file.values.get(name)?.raw,
        origin: `file ${file.name}`,
        place: file.values.get(name)?.where ?? '',
      },
    ];
    values[name] = option.default;
    origins[name] = 'default';
    places[name] = option.flag;
    let decided = false;
    // A value that is overruled is still checked: it will be wrong on the day the flag goes.
    for (const { raw, origin, place } of layers) {
      if (raw === undefined) continue;
      const parsed = parseValue(option.type, raw);
      if ('problem' in parsed) problems.push(`${place}: ${parsed.problem}`);
      else if (!decided) {
        values[name] = withDefaults(option, parsed.value);
        origins[name] = origin;
        places[name] = place;
      }
      decided = true;
    }
  }
  return { values: values as Values, origins: origins as Origins, places: places as Origins, problems };
}

function flagLayer(option: Option, raw: string | boolean | readonly string[] | undefined) {
  const flag = { origin: `flag ${option.flag}`, place: option.flag };
  if (option.type.kind !== 'list' || raw === undefined || typeof raw === 'boolean') return { raw, ...flag };
  const words = typeof raw === 'string' ? [raw] : raw;
  return { raw: option.type.split ? words.flatMap((word) => word.split(',')) : words, ...flag };
}

/** An empty variable says nothing: that is how manifests switch one off. */
function said(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

/** The word `default` in a list stands for the default items. */
function withDefaults(option: Option, value: OptionValue): OptionValue {
  if (!Array.isArray(value) || !value.includes('default') || !Array.isArray(option.default)) return value;
  const items = value as readonly string[];
  const defaults = option.default as readonly string[];
  return [...new Set(items.flatMap((item) => (item === 'default' ? defaults : [item])))];
}

/** What Kubernetes sets in every pod beside a Service named `unleak...`: no option, and no mistake. */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?)$/;

function unknownVariables(env: SettingsInput['env']): string[] {
  const known: readonly string[] = OPTION_LIST.map(([, { env: name }]) => name);
  return Object.keys(env)
    .filter((name) => name.startsWith('UNLEAK_') && !known.includes(name) && !SERVICE_LINK.test(name))
    .map((name) => `${name}: unknown variable${didYouMean(name, known)}`);
}

/** The options a command takes, in the order of the help. */
export function optionsOf(command: CommandName): (readonly [OptionName, Option])[] {
  return OPTION_LIST.filter(([, option]) => option.commands.includes(command));
}
