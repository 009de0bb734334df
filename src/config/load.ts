import { resolve } from 'node:path';
import { checkPlaceholder } from '../engine/actions/placeholder.ts';
import { KeyFileError, loadFingerprintKey } from '../observe/fingerprint-key.ts';
import { ConfigError } from './config-error.ts';
import { OPTIONS } from './options.ts';
import type { Plan } from './plan.ts';
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
  const problems = [...settings.problems, ...(await contradictions(settings, input.cwd))];
  if (problems.length > 0) throw new ConfigError(problems);
  return { plan: makePlan(settings, input.cwd), settings };
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

function makePlan({ values }: Settings, cwd: string): Plan {
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
    logLevel: values.logLevel,
  };
}
