import { loadDetectors } from '../src/config/detector-files.ts';
import { createActions } from '../src/engine/actions/index.ts';
import { DEFAULT_PLACEHOLDER } from '../src/engine/actions/placeholder.ts';
import type { Detector } from '../src/engine/detectors/detector.ts';
import { mint } from '../src/engine/detectors/template.ts';
import { createReferenceKernel } from '../src/engine/kernel/reference.ts';
import { createWasmKernel } from '../src/engine/kernel/wasm.ts';
import { compileMatcher, type Matcher } from '../src/engine/matcher.ts';
import { Output } from '../src/engine/output.ts';
import { Secret } from '../src/engine/secret.ts';
import { createRedactor, type FormatName } from '../src/formats/format.ts';
import { loadKernelModule } from '../src/pipeline/kernel-module.ts';
import type { Material } from './planted.ts';
import { benchValues } from './values.ts';

/** What an engine is given. Near misses are sought, as by default. */
export interface EngineSettings {
  readonly secrets: number;
  /** Built-in detectors; a number: so many of them, those that the haystacks need among them. */
  readonly detectors: 'all' | 'none' | number;
  /** With the user's own patterns. */
  readonly own: boolean;
}

/** Detectors whose tokens the haystacks leak. */
const LEAKED = [
  'aws.access-key-id',
  'github.token',
  'github.fine-grained-token',
  'google.api-key',
  'npm.access-token',
];
const CREDENTIALS = 64;
/** Detectors of commands: in a row of keywords theirs are commands, and what follows are arguments. */
const COMMANDS = /^shell\.|^generic\.command-/;

export type KernelName = 'reference' | 'wasm';
/** As the command line has it by default. */
const MAX_RECORD_BYTES = 1024 * 1024;

/** @returns selectors as on the command line, for example `aws.access-key-id` */
export async function selectorsOf({ detectors }: EngineSettings): Promise<string[]> {
  if (detectors === 'none') return [];
  if (detectors === 'all') return ['all'];
  const { specs } = await loadDetectors({ builtin: true, select: ['all'], files: [] });
  const others = specs.map(({ id }) => id).filter((id) => !LEAKED.includes(id));
  const step = Math.max(1, Math.floor(others.length / (detectors - LEAKED.length)));
  const some = others.filter((_, at) => at % step === 0).slice(0, detectors - LEAKED.length);
  return [...LEAKED, ...some];
}

async function detectorsOf(settings: EngineSettings, ownFile: string | null): Promise<readonly Detector[]> {
  const select = await selectorsOf(settings);
  if (select.length === 0 && ownFile === null) return [];
  const builtin = select.length > 0;
  const files = ownFile === null ? [] : [ownFile];
  return (await loadDetectors({ builtin, select, files })).detectors;
}

/** @param ownFile where the file of `ownDetectorFile` stands, or null */
export async function compileEngine(
  settings: EngineSettings,
  kernel: KernelName,
  ownFile: string | null,
): Promise<Matcher> {
  const secrets = benchValues(settings.secrets).map(
    (value, nth) => new Secret({ name: `bench/s${nth}`, key: `s${nth}`, part: '' }, Buffer.from(value)),
  );
  return compileMatcher({
    generation: 1,
    secrets,
    shorts: [],
    detectors: await detectorsOf(settings, ownFile),
    near: true,
    kernel: (tables) =>
      kernel === 'wasm' ? createWasmKernel(loadKernelModule(), tables) : createReferenceKernel(tables),
    actions: (rules) =>
      createActions({
        name: 'mask',
        placeholder: DEFAULT_PLACEHOLDER,
        labels: rules.map(({ label }) => label),
        secrets: rules.map(({ secret }) => secret),
      }),
  });
}

/** One stream through a matcher: push chunks, then read how much was found. */
export class Scan {
  readonly #redactor: ReturnType<typeof createRedactor>;
  readonly #out = new Output();
  bytesOut = 0;
  findings = 0;

  constructor(matcher: Matcher, format: FormatName) {
    this.#redactor = createRedactor(format, matcher, { maxRecordBytes: MAX_RECORD_BYTES });
  }

  push(chunk: Uint8Array): void {
    this.#redactor.push(chunk, this.#out);
    this.#drain();
  }

  end(): void {
    this.#redactor.end(this.#out);
    this.#drain();
  }

  /** What leaves is counted and dropped, as a sink would take it. */
  #drain(): void {
    this.bytesOut += this.#out.take().length;
    this.findings += this.#redactor.findings.length;
    this.#redactor.findings.clear();
  }
}

/** What the haystacks leak: the first `values` values, and tokens minted from the detectors' own examples. */
export async function benchMaterial(values: number): Promise<Material> {
  const { specs, detectors } = await loadDetectors({ builtin: true, select: ['all'], files: [] });
  const leaked = specs.filter(({ id }) => LEAKED.includes(id));
  const credentials = Array.from({ length: CREDENTIALS }, (_, nth) => {
    const { id, examples } = leaked[nth % leaked.length]!;
    const { bytes, secret } = mint(examples[0]!, `${id}#${nth}`);
    return Buffer.from(bytes.subarray(secret!.start, secret!.end)).toString('latin1');
  });
  const waking = detectors.filter(({ id }) => !COMMANDS.test(id));
  const keywords = waking.flatMap((detector) => detector.keywords).map(({ bytes }) => bytes);
  return {
    values: benchValues(values),
    credentials,
    keywords: [...new Set(keywords.map((bytes) => Buffer.from(bytes).toString('latin1')))],
  };
}
