/** What a value looks like, in flags, environment and file alike. */
export type OptionType =
  | { readonly kind: 'text' }
  /** `split`: a flag's value may hold several, comma separated. Environment values always do. */
  | { readonly kind: 'list'; readonly split: boolean }
  | { readonly kind: 'enum'; readonly words: readonly string[] }
  /** Milliseconds; written `500ms`, `1s`, `24h`, `7d`. */
  | { readonly kind: 'duration'; readonly min: number; readonly max: number }
  /** Written `512`, `64KiB`, `1MiB`. */
  | { readonly kind: 'bytes'; readonly min: number; readonly max: number }
  /** A whole number. */
  | { readonly kind: 'count'; readonly min: number; readonly max: number }
  /** Written `127.0.0.1:9090`, `[::1]:9090`, `:9090` (every address). */
  | { readonly kind: 'address' }
  | { readonly kind: 'boolean' };

export interface Address {
  readonly host: string;
  readonly port: number;
}

export type OptionValue = string | readonly string[] | number | boolean | Address | null;

/** The commands, by their first word; `filter` is the one without a word. */
export type CommandName = 'filter' | 'exec' | 'proxy' | 'secrets' | 'detectors' | 'config';

/** One thing that can be chosen, said once: flags, environment, file, help and reference come from it. */
export interface Option {
  /** Long flag; one that begins with `--no-` says false to a boolean that is true by default. */
  readonly flag: string;
  /** What stands behind the flag in the help; empty for a boolean. */
  readonly metavar: string;
  readonly env: string;
  /** Keys in unleak.yaml, joined by dots; null when the file cannot say it. */
  readonly path: string | null;
  readonly type: OptionType;
  readonly default: OptionValue;
  /** One sentence for a platform engineer. */
  readonly doc: string;
  readonly commands: readonly CommandName[];
}

/** The value's type after parsing; `null` where nothing was said and nothing is meant. */
export type ValueOf<O extends Option> = O['type'] extends { kind: 'list' }
  ? readonly string[]
  : O['type'] extends { kind: 'duration' | 'bytes' | 'count' }
    ? number
    : O['type'] extends { kind: 'boolean' }
      ? boolean
      : O['type'] extends { kind: 'address' }
        ? Address | null
        : O['type'] extends { kind: 'enum'; words: readonly (infer W)[] }
          ? W
          : O['default'] extends string
            ? string
            : string | null;
