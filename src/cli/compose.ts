import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../config/plan.ts';
import type { Actions } from '../engine/actions/action.ts';
import { createActions } from '../engine/actions/index.ts';
import type { Detector } from '../engine/detectors/detector.ts';
import { createWasmKernel } from '../engine/kernel/wasm.ts';
import { compileMatcher, type Rule } from '../engine/matcher.ts';
import type { Secret } from '../engine/secret.ts';
import { createObserver } from '../observe/create-observer.ts';
import { type FingerprintKey, loadFingerprintKey } from '../observe/fingerprint-key.ts';
import { compileApart } from '../pipeline/compile-apart.ts';
import { KeptKeywords } from '../pipeline/kept-keywords.ts';
import { loadKernelModule } from '../pipeline/kernel-module.ts';
import type { Run, SecretSupply } from '../pipeline/run.ts';
import { openSecretStore } from '../secrets/open-store.ts';
import type { SecretSet, SecretStore } from '../secrets/store.ts';
import { limitInlining } from './limit-inlining.ts';
import { loadSelected } from './load-selected.ts';
import { SecretsUnreadableError } from './secrets-unreadable-error.ts';

/**
 * Bytes of values that are compiled here and not in a thread. At start nothing waits yet: 16 KiB, 500 usual
 * values, take as long as starting the thread. Later 4 KiB take 5 to 10 ms, of which creating a thread alone
 * would take half, and the swap would come 50 ms later.
 */
const FIRST_HERE = 16 * 1024;
const LATER_HERE = 4 * 1024;

/**
 * Puts a run together from its plan. The files and the listener that were asked for are open after, no
 * secret is read yet.
 * @throws StartError, DetectorFileError; `store.load()` throws SecretsUnreadableError the first time
 */
export async function composeRun(plan: Plan): Promise<Run> {
  limitInlining();
  const key = plan.action.name === 'pseudonym' ? await loadFingerprintKey(plan.action.keyFile) : null;
  const { detectors, notes } = await loadSelected(plan);
  const kept = new KeptKeywords();
  const observer = await createObserver(plan, process.env, key);
  if (notes.length > 0) {
    const { summarizeNotes } = await import('../config/gitleaks/carry-note.ts');
    for (const { level, code, message } of summarizeNotes(notes)) observer.say(level, code, message);
  }
  let first = true;
  return {
    plan,
    observer,
    store: strictAtFirst(openSecretStore(plan.secrets, { now: () => performance.now() })),
    compile: async ({ generation, secrets, shorts }) => {
      const { near } = plan.secrets;
      const swaps = !first;
      first = false;
      const apart = byteCount(secrets) > (swaps ? LATER_HERE : FIRST_HERE);
      // A start makes what does not hang on the values while the thread works.
      const prepares = apart && !swaps && shorts.length === 0;
      const [needles] = await Promise.all([
        apart ? compileApart(secrets, near) : undefined,
        prepares ? prepare(kept, detectors) : undefined,
      ]);
      const matcher = compileMatcher({
        generation,
        secrets,
        shorts,
        detectors,
        near,
        ...(needles && { needles }),
        kernel: (tables) => createWasmKernel(loadKernelModule(), tables, kept.plan(tables.keywords)),
        keywords: (all) => kept.index(all),
        actions: (rules) => actionsOf(plan, rules, key),
      });
      // The swap gets a turn of its own; between an immediate and its cause no I/O is heard.
      if (swaps) await sleep(1);
      return matcher;
    },
  };
}

/** Makes what every matcher of these detectors shares, a turn later: the thread is created first. */
async function prepare(kept: KeptKeywords, detectors: readonly Detector[]): Promise<void> {
  await nextTurn();
  kept.prepare(detectors);
  loadKernelModule();
}

function byteCount(secrets: readonly Secret[]): number {
  return secrets.reduce((sum, { length }) => sum + length, 0);
}

function actionsOf({ action }: Plan, rules: readonly Rule[], key: FingerprintKey | null): Actions {
  const { name, placeholder, hideNames } = action;
  return createActions({
    name,
    placeholder,
    labels: rules.map(({ kind, label }) => (hideNames && kind === 'secret' ? 'secret' : label)),
    secrets: rules.map(({ secret }) => secret),
    key: key?.bytes,
    keyId: key?.id,
  });
}

/** The store, but a first load that could not read what was asked for is an error. Later ones only degrade. */
function strictAtFirst(store: SecretStore): SecretSupply {
  let first = true;
  const load = async (): Promise<SecretSet> => {
    const set = await store.load();
    const problems = set.problems.filter(({ level }) => level === 'error');
    if (first && problems.length > 0) {
      store.close();
      throw new SecretsUnreadableError(problems.map(({ code, message }) => `${code} ${message}`));
    }
    first = false;
    return set;
  };
  return {
    get current() {
      return store.current;
    },
    load,
    taking: () => store.taking(),
    onChange: (listener) => store.onChange(listener),
    settled: (generation) => store.settled(generation),
    close: () => store.close(),
  };
}
