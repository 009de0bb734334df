import type { FormatName } from '../src/formats/format.ts';
import type { EngineSettings } from './engine.ts';
import {
  allKeywords,
  backslashes,
  base64Noise,
  keywordRows,
  nearPrefixes,
  needleGrams,
  nestedEscapes,
  quotes,
} from './hostile.ts';
import { criLines, dense, jsonLines, type Maker, mixed, oneLine, ownKeywords } from './planted.ts';
import type { BodyProtocol } from './proxy-bodies.ts';
import type { Via } from './proxy-stage.ts';
import type { Field, Figure, HaystackSpec, Reload, Run, Scenario } from './scenario.ts';

const spec = (name: string, make: Maker, full: number, values = 1000): HaystackSpec => ({
  name,
  make,
  values,
  full,
  quick: full >= 256 ? 32 : 8,
});

const MIXED = spec('mixed', mixed, 256);
const JSON_LINES = spec('json', jsonLines, 256);
const CRI = spec('cri', criLines, 256);
const FEW = spec('mixed-10', mixed, 256, 10);
/** For Fluent Bit, which takes its time. */
const SOME = spec('mixed-32', mixed, 32);
const DENSE = spec('dense', dense, 64);
const LINES = spec('lines', mixed, 64);
const OWN = spec('own', ownKeywords, 64);
const ONE_LINE: HaystackSpec = { ...spec('one-line', oneLine, 256), quick: 64 };
const HOSTILE: readonly HaystackSpec[] = [
  spec('all-keywords', allKeywords, 64),
  spec('keyword-rows', keywordRows, 16),
  spec('near-prefixes', nearPrefixes, 64),
  spec('needle-grams', needleGrams, 64),
  spec('base64-noise', base64Noise, 64),
  ONE_LINE,
  spec('backslashes', backslashes, 64),
  spec('quotes', quotes, 64),
  spec('nested-escapes', nestedEscapes, 64),
];

const ALL: EngineSettings = { secrets: 1000, detectors: 'all', own: false };
const KNOWN: EngineSettings = { secrets: 1000, detectors: 'none', own: false };

type Scan = Extract<Run, { kind: 'scan' }>;
const scan = (haystack: HaystackSpec, engine = ALL, format: FormatName = 'auto'): Scan => ({
  kind: 'scan',
  engine,
  haystack,
  format,
  byLine: false,
});
/** Each line in a chunk of its own. */
const scanLines = (haystack: HaystackSpec): Scan => ({ ...scan(haystack, ALL, 'text'), byLine: true });
const filter = (haystack: HaystackSpec, format: FormatName): Run => ({
  kind: 'filter',
  engine: ALL,
  haystack,
  format,
});
const hyperscan = (patterns: boolean): Run => ({ kind: 'hyperscan', haystack: MIXED, patterns });
const load = (command: 'unleak' | 'cat', reload: Reload | null = null): Run => ({
  kind: 'load',
  command,
  reload,
});

type Goal = Figure['goal'];
const ratio = (name: string, pair: readonly [Run, Run, string], field: Field, goal: Goal): Figure => ({
  name,
  run: pair[0],
  field,
  against: { run: pair[1], label: pair[2], how: 'over' },
  unit: '×',
  goal,
});
const more = (name: string, pair: readonly [Run, Run, string], field: Field, most: number): Figure => ({
  name,
  run: pair[0],
  field,
  against: { run: pair[1], label: pair[2], how: 'less' },
  unit: 'ms',
  goal: { most },
});
const peak = (name: string, engine: EngineSettings, most: number): Figure => ({
  name,
  run: { kind: 'memory', engine, haystack: FEW, format: 'text' },
  field: 'peakMb',
  against: null,
  unit: 'MB',
  goal: { most },
});

/** One thread that never waits: its CPU time is what a quiet machine's clock would show. */
const ONE_THREAD = 'cpuRate';
const proxy = (protocol: BodyProtocol, size: number, via: Via): Run => ({
  kind: 'proxy',
  via,
  protocol,
  size,
});
const BODY_SIZES = [
  ['1 KB', 1_000],
  ['100 KB', 100_000],
  ['5 MB', 5_000_000],
] as const;
const atHalfLoad = (via: Via): Run => ({ kind: 'proxy-latency', via, protocol: 'splunk-hec', size: 10_000 });
/** With redaction against without, and against a proxy that only passes bytes on. */
const proxied = (name: string, protocol: BodyProtocol): Figure[] =>
  BODY_SIZES.flatMap(([told, size]) => [
    ratio(
      `${name} ${told}`,
      [proxy(protocol, size, 'unleak'), proxy(protocol, size, 'plain'), 'nothing to find'],
      ONE_THREAD,
      { least: 0.5 },
    ),
    ratio(
      `${name} ${told}, nginx`,
      [proxy(protocol, size, 'unleak'), proxy(protocol, size, 'nginx'), 'nginx'],
      ONE_THREAD,
      null,
    ),
  ]);

const RG: Run = { kind: 'ripgrep', haystack: MIXED };
const cat = (haystack: HaystackSpec): Run => ({ kind: 'cat', haystack });

/** Everything that is measured; the goals are those of the issue that asked for line rate. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'scan',
    what: 'the engine alone, 1,000 secrets in all spellings and every detector, mixed logs as text',
    figures: [
      ratio('scan', [scan(MIXED, ALL, 'text'), hyperscan(true), 'hyperscan'], ONE_THREAD, { least: 0.5 }),
      ratio('scan, 2nd half', [scan(MIXED, ALL, 'text'), hyperscan(true), 'hyperscan'], 'settledRate', null),
      ratio('scan, ripgrep', [scan(MIXED, ALL, 'text'), RG, 'rg -c -F -f'], ONE_THREAD, { least: 3 }),
      {
        name: 'scan, V8 helpers',
        run: scan(MIXED, ALL, 'text'),
        field: 'helpers',
        against: null,
        unit: '×',
        goal: null,
      },
      ratio('scan, auto', [scan(MIXED), hyperscan(true), 'hyperscan'], ONE_THREAD, null),
      ratio(
        'scan, no detectors',
        [scan(MIXED, KNOWN, 'text'), hyperscan(false), 'hyperscan, values'],
        ONE_THREAD,
        null,
      ),
    ],
  },
  {
    name: 'filter',
    what: 'cat f | unleak > /dev/null, the whole process; findings checked by --stats',
    figures: [
      ratio('filter text', [filter(MIXED, 'text'), cat(MIXED), 'cat | cat'], 'rate', { least: 0.6 }),
      ratio('filter json', [filter(JSON_LINES, 'json'), cat(JSON_LINES), 'cat | cat'], 'rate', {
        least: 0.4,
      }),
      ratio('filter cri', [filter(CRI, 'cri'), cat(CRI), 'cat | cat'], 'rate', { least: 0.4 }),
      ratio('filter auto', [filter(MIXED, 'auto'), cat(MIXED), 'cat | cat'], 'rate', null),
      ratio(
        'filter, Fluent Bit',
        [filter(SOME, 'text'), { kind: 'fluent-bit', haystack: SOME }, 'Fluent Bit, 10 patterns'],
        ONE_THREAD,
        null,
      ),
    ],
  },
  {
    name: 'lines',
    what: 'every line comes by itself, as a program writes it, against 256 KiB at once',
    figures: [
      ratio('line by line', [scanLines(LINES), scan(LINES, ALL, 'text'), '256 KiB'], ONE_THREAD, null),
    ],
  },
  {
    name: 'secrets',
    what: '10,000 secrets against 10, the same bytes; the filter with its memory',
    figures: [
      ratio(
        'secrets 10 → 10,000',
        [
          scan(FEW, { ...ALL, secrets: 10_000 }, 'text'),
          scan(FEW, { ...ALL, secrets: 10 }, 'text'),
          '10 secrets',
        ],
        ONE_THREAD,
        { least: 0.7 },
      ),
      peak('memory, 1,000', ALL, 150),
      peak('memory, 10,000', { ...ALL, secrets: 10_000 }, 400),
    ],
  },
  {
    name: 'detectors',
    what: 'every detector against 40 of them',
    figures: [
      ratio(
        'detectors 40 → all',
        [scan(MIXED, ALL, 'text'), scan(MIXED, { ...ALL, detectors: 40 }, 'text'), '40 detectors'],
        ONE_THREAD,
        null,
      ),
    ],
  },
  {
    name: 'dense',
    what: 'every line leaks',
    figures: [ratio('dense', [scan(DENSE), scan(MIXED), 'clean'], ONE_THREAD, { least: 0.25 })],
  },
  {
    name: 'hostile',
    what: 'bytes made to be slow, and their second half against their first: 1 is linear',
    figures: HOSTILE.flatMap((haystack): Figure[] => [
      ratio(haystack.name, [scan(haystack), scan(MIXED), 'clean'], ONE_THREAD, { least: 0.1 }),
      {
        name: `${haystack.name}, 2nd half`,
        run: scan(haystack),
        field: 'evenness',
        against: null,
        unit: '×',
        goal: { least: 0.6 },
      },
    ]),
  },
  {
    name: 'own',
    what: '20 patterns of the user, their keywords in 1 % of lines',
    figures: [
      ratio('own patterns', [scan(OWN, { ...ALL, own: true }), scan(OWN), 'without'], ONE_THREAD, {
        least: 0.5,
      }),
    ],
  },
  {
    name: 'latency',
    what: '50,000 lines/s through a pipe, added to what cat takes',
    figures: [
      more('latency p50', [load('unleak'), load('cat'), 'cat'], 'p50', 0.5),
      more('latency p99', [load('unleak'), load('cat'), 'cat'], 'p99', 2),
      more('latency p99.9', [load('unleak'), load('cat'), 'cat'], 'p999', 10),
    ],
  },
  {
    name: 'reload',
    what: 'all of 10,000 secrets replaced under that load: the worst line, against the worst of cat',
    figures: [
      more('reload, values known', [load('unleak', 'known'), load('cat', 'known'), 'cat'], 'worst', 10),
      more('reload, values new', [load('unleak', 'new'), load('cat', 'new'), 'cat'], 'worst', 10),
    ],
  },
  {
    name: 'proxy',
    what: 'requests to Splunk HEC and to _bulk through unleak proxy, 1,000 secrets and every detector',
    figures: [
      ...proxied('HEC', 'splunk-hec'),
      ...proxied('_bulk', 'elasticsearch'),
      more('proxy p99, half load', [atHalfLoad('unleak'), atHalfLoad('straight'), 'straight'], 'p99', 3),
      {
        ...more('proxy p99, plain', [atHalfLoad('plain'), atHalfLoad('straight'), 'straight'], 'p99', 3),
        goal: null,
      },
    ],
  },
  {
    name: 'start',
    what: 'echo x | unleak with 100 secrets',
    figures: [
      more(
        'start',
        [{ kind: 'start', command: 'unleak' }, { kind: 'start', command: 'node' }, 'node -e 0'],
        'ms',
        150,
      ),
    ],
  },
];
