import type { Plan } from '../config/plan.ts';
import type { Admin } from './admin.ts';
import { Counters } from './counters.ts';
import { type FingerprintKey, loadFingerprintKey } from './fingerprint-key.ts';
import { Ledger, placeOf } from './ledger.ts';
import { createLog } from './log.ts';
import type { Exposition } from './metrics.ts';
import type { Observer } from './observer.ts';
import { StatsFile } from './stats.ts';
import { Teller } from './teller.ts';

/** How often the ledger is appended to while the stream runs. */
const LEDGER_INTERVAL_MS = 10_000;

/**
 * Opens what the plan asks for: the ledger, the summary's file, the listener. Nothing that was not asked
 * for is loaded.
 * @param key of the ledger's fingerprints, the one that pseudonyms use; without it the plan's, or one of this run
 * @throws StartError when one of them cannot be had
 */
export async function createObserver(
  plan: Plan,
  env: Readonly<Record<string, string | undefined>> = process.env,
  key?: FingerprintKey | null,
): Promise<Observer> {
  const counters = new Counters();
  const stats = plan.statsFile === null ? null : new StatsFile(plan.statsFile);
  const ledger =
    plan.ledgerFile === null
      ? null
      : new Ledger(plan.ledgerFile, key ?? (await loadFingerprintKey(plan.action.keyFile)), placeOf(env));
  const { exposition, admin } = await openMetrics(plan, counters);
  const teller = new Teller({ log: createLog(plan.logLevel), counters, exposition, ledger, stats });
  const timer = ledger === null ? undefined : setInterval(() => teller.flush(), LEDGER_INTERVAL_MS);
  timer?.unref();
  teller.onClose(async () => {
    clearInterval(timer);
    await admin?.stop();
  });
  if (admin !== null)
    teller.say('info', 'METRICS_LISTEN', `/metrics, /livez and /readyz are served on ${admin.at}`);
  return teller;
}

/** prom-client (about 75 ms) is loaded only where somebody can ask for the metrics. */
async function openMetrics(
  plan: Plan,
  counters: Counters,
): Promise<{ exposition: Exposition | null; admin: Admin | null }> {
  if (plan.metrics === null) return { exposition: null, admin: null };
  const { createExposition } = await import('./metrics.ts');
  const exposition = createExposition(counters, plan.action.hideNames);
  // Late: node:http costs every start 10 ms.
  const { startAdmin } = await import('./admin.ts');
  const admin = await startAdmin(plan.metrics, {
    metrics: async () => ({ contentType: exposition.contentType, text: await exposition.text() }),
    readiness: () => counters.readiness,
  });
  return { exposition, admin };
}
