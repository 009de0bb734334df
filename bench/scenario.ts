import type { FormatName } from '../src/formats/format.ts';
import type { EngineSettings } from './engine.ts';
import type { Haystack, Maker } from './planted.ts';
import type { BodyProtocol } from './proxy-bodies.ts';
import type { Via } from './proxy-stage.ts';

/** A generated file: what is in it and how large it is. */
export interface HaystackSpec {
  readonly name: string;
  readonly make: Maker;
  /** How many values leak in it; no more than the engine knows. */
  readonly values: number;
  /** Megabytes in a full run, and under `--quick`. */
  readonly full: number;
  readonly quick: number;
}

/** One thing that is timed once a round. */
/** Whether the values that come lay beside the old ones from the start, or came with the swap. */
export type Reload = 'known' | 'new';

export type Run =
  /** The engine alone, one thread, in a process of its own; the time in `push` and `end` counts. */
  | {
      readonly kind: 'scan';
      readonly engine: EngineSettings;
      readonly haystack: HaystackSpec;
      readonly format: FormatName;
      /** Each line is a push, as a program writes it; else a push is 256 KiB. */
      readonly byLine: boolean;
    }
  /** `cat f | unleak > /dev/null` */
  | {
      readonly kind: 'filter';
      readonly engine: EngineSettings;
      readonly haystack: HaystackSpec;
      readonly format: FormatName;
    }
  /** The same with a probe in it that tells its memory. */
  | {
      readonly kind: 'memory';
      readonly engine: EngineSettings;
      readonly haystack: HaystackSpec;
      readonly format: FormatName;
    }
  /** `cat f | cat > /dev/null` */
  | { readonly kind: 'cat'; readonly haystack: HaystackSpec }
  /** `rg -c -F -f values f` */
  | { readonly kind: 'ripgrep'; readonly haystack: HaystackSpec }
  /** The raw values, with or without the detectors' patterns, in one database. */
  | { readonly kind: 'hyperscan'; readonly haystack: HaystackSpec; readonly patterns: boolean }
  /** Its `tail` input and a Lua filter of ten patterns. */
  | { readonly kind: 'fluent-bit'; readonly haystack: HaystackSpec }
  /** `echo x | unleak`, or `node -e 0` */
  | { readonly kind: 'start'; readonly command: 'unleak' | 'node' }
  /** 50,000 lines a second through two pipes and the command between them */
  | { readonly kind: 'load'; readonly command: 'unleak' | 'cat'; readonly reload: Reload | null }
  /** Requests with bodies of `size` bytes to a store, as many as go through, or at half the load that unleak stands. */
  | {
      readonly kind: 'proxy' | 'proxy-latency';
      readonly via: Via;
      readonly protocol: BodyProtocol;
      readonly size: number;
    };

/** What a run measures, by field. */
export type Field =
  /** MB/s of wall-clock time. */
  | 'rate'
  /** MB/s of CPU time, every thread and process of the run counted. */
  | 'cpuRate'
  /** The same over the second half of the bytes, when V8 has compiled nearly all; of what is compiled ahead, `cpuRate`. */
  | 'settledRate'
  /** The share of a scan's CPU time beyond its wall-clock time: V8's compiler and collector, in threads of their own. */
  | 'helpers'
  /** MB/s over the second half of the bytes, over that of the first half. */
  | 'evenness'
  /** Most memory of the process, in MB. */
  | 'peakMb'
  | 'ms'
  | 'p50'
  | 'p99'
  | 'p999'
  | 'worst';
export type Sample = Readonly<Partial<Record<Field, number>>>;

/** One row of the table: a field of a run, alone or against a field of another run of the same round. */
export interface Figure {
  readonly name: string;
  readonly run: Run;
  readonly field: Field;
  /** Null: the field stands for itself. */
  readonly against: { readonly run: Run; readonly label: string; readonly how: 'over' | 'less' } | null;
  readonly unit: '×' | 'ms' | 'MB';
  /** From the issue that asked for it; null: shown, not judged. */
  readonly goal: { readonly least: number } | { readonly most: number } | null;
}

export interface Scenario {
  readonly name: string;
  /** For the reader of the table. */
  readonly what: string;
  readonly figures: readonly Figure[];
}

/** What a right engine with these settings finds in a haystack. */
export function expectedFindings(
  { known, foreign, own }: Pick<Haystack, 'known' | 'foreign' | 'own'>,
  settings: EngineSettings,
): number {
  return known + (settings.detectors === 'none' ? 0 : foreign) + (settings.own ? own : 0);
}
