import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkPlaceholder } from '../engine/actions/placeholder.ts';
import { KeyFileError, loadFingerprintKey } from '../observe/fingerprint-key.ts';
import { ConfigError } from './config-error.ts';
import { DetectorFileError, describeProblem } from './detector-file-error.ts';
import { loadDetectors } from './detector-files.ts';
import { OPTIONS } from './options.ts';
import type { Plan, RoutePlan } from './plan.ts';
import { parseRoute } from './route-text.ts';
import { readSettings, type Settings, type SettingsInput } from './settings.ts';

/**
 * Flags, environment, file and defaults -> a Plan, in which every choice is made.
 * @throws ConfigError with every problem at once
 */
export async function loadPlan(input: SettingsInput): Promise<Plan> {
  return (await loadSettings(input)).plan;
}

/** The same, with where each value came from. */
export async function loadSettings(input: SettingsInput): Promise<{ plan: Plan; settings: Settings }> {
  const settings = await readSettings(input);
  const { routes, wrong } = readRoutes(settings, input.cwd);
  const problems = [...settings.problems, ...wrong, ...(await contradictions(settings, input.cwd))];
  const plan = makePlan(settings, input.cwd, routes);
  if (problems.length > 0) throw new ConfigError([...problems, ...(await detectorProblems(plan))]);
  return { plan, settings };
}

/** What the detectors would be told off for next: a person mends all of it in one go. */
async function detectorProblems({ detectors }: Plan): Promise<string[]> {
  if (detectors.select.length === 0) return [];
  try {
    await loadDetectors({ builtin: true, ...detectors });
    return [];
  } catch (error) {
    if (!(error instanceof DetectorFileError)) throw error;
    return error.problems.map(describeProblem);
  }
}

async function contradictions(settings: Settings, cwd: string): Promise<string[]> {
  const { values, places, origins } = settings;
  const problems: string[] = [];
  const placeholder = checkPlaceholder(values.placeholder);
  if (placeholder !== null) problems.push(`${places.placeholder}: ${placeholder}`);
  // In a file `enabled: false` is a switch beside the selection; two flags of one command line are a mistake.
  if (origins.detectorsEnabled === 'flag --no-detectors' && origins.detectors === 'flag --detectors') {
    problems.push('--no-detectors: contradicts --detectors; give one of them');
  }
  if (values.ledger !== null && values.stats !== null && values.stats !== '-') {
    const same = await sameFile(resolve(cwd, values.ledger), resolve(cwd, values.stats));
    if (same)
      problems.push(
        `${places.stats}: names the file of the ledger (${places.ledger}), and each would spoil the other; name another file`,
      );
  }
  if (values.action === 'drop' && values.routes.length > 0) {
    problems.push(
      `${places.action}: the proxy cannot drop records: a batch may be one line, and would go as a whole; use mask, partial or pseudonym`,
    );
  }
  if (values.keyFile !== null) {
    try {
      await loadFingerprintKey(resolve(cwd, values.keyFile));
    } catch (error) {
      if (!(error instanceof KeyFileError)) throw error;
      problems.push(`${places.keyFile}: the key file ${error.message}`);
    }
  }
  return problems;
}

/** Whether two paths lead to one file, which need not exist yet. A device such as /dev/null may be both. */
async function sameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => stat(path).catch(() => null)));
  if (!first || !second) return one === other;
  return first.isFile() && first.dev === second.dev && first.ino === second.ino;
}

function readRoutes({ values, places }: Settings, cwd: string) {
  const routes: RoutePlan[] = [];
  const wrong: string[] = [];
  values.routes.forEach((text, index) => {
    const parsed = parseRoute(text, (path) => resolve(cwd, path));
    if ('route' in parsed) routes.push(parsed.route);
    else wrong.push(`${places.routes}: route ${index + 1}: ${parsed.problem}`);
  });
  return { routes, wrong };
}

function makePlan({ values, places }: Settings, cwd: string, routes: readonly RoutePlan[]): Plan {
  const at = (path: string): string => resolve(cwd, path);
  const usual: readonly string[] = OPTIONS.secretsDirs.default;
  return {
    secrets: {
      // A usual place need not exist; one that was asked for must.
      dirs: values.secretsDirs.map((path) => ({ path: at(path), required: !usual.includes(path) })),
      envGlobs: values.secretEnv,
      files: values.secretFiles.map(at),
      minBytes: values.minLength,
      graceMs: values.grace,
      near: values.near,
    },
    detectors: {
      select: values.detectorsEnabled ? values.detectors : [],
      selectedAt: places.detectors,
      files: values.detectorsEnabled ? values.detectorFiles.map(at) : [],
    },
    format: values.format,
    action: {
      name: values.action,
      placeholder: values.placeholder,
      keyFile: values.keyFile === null ? null : at(values.keyFile),
      hideNames: values.hideNames,
    },
    onFault: values.onFault,
    holdMs: values.hold,
    maxRecordBytes: values.maxRecord,
    ledgerFile: values.ledger === null ? null : at(values.ledger),
    statsFile: values.stats === null || values.stats === '-' ? values.stats : at(values.stats),
    metrics: values.metrics,
    proxy: {
      routes,
      maxBodyBytes: values.maxBody,
      maxConnections: values.maxConnections,
      upstreamTimeoutMs: values.upstreamTimeout,
      drainMs: values.drain,
    },
    logLevel: values.logLevel,
  };
}
