import type { Counters } from './counters.ts';
import { type LabelTotal, MAX_ROWS, type Row } from './findings-count.ts';
import type { Ledger } from './ledger.ts';
import type { Level, Log } from './log.ts';
import type { Exposition } from './metrics.ts';
import type {
  Batch,
  BatchFindings,
  Fault,
  ListedSecret,
  LoadedSecrets,
  Observer,
  StreamName,
} from './observer.ts';
import { boundOrigins } from './origin-rows.ts';
import { type StatsFile, summarize } from './stats.ts';

/** A label that fires on more than this share of lines, after this many lines, is likely no secret. */
const NOISY_SHARE = 0.2;
const NOISY_AFTER_RECORDS = 1000;
const DEGRADED = 'some secrets could not be read; what was known stays redacted';
/** Names in one line of the log; the rest is a number and a hint. */
const MAX_NAMES = 20;

export interface TellerParts {
  readonly log: Log;
  readonly counters: Counters;
  readonly exposition: Exposition | null;
  readonly ledger: Ledger | null;
  readonly stats: StatsFile | null;
}

/** The observer: every event is counted and, where a person should know, said. */
export class Teller implements Observer {
  readonly #parts: TellerParts;
  readonly #counters: Counters;
  /** What was said of skipped values and problems, so that a reload says only what is new. */
  #said = new Set<string>();
  /** Labels found since the last batch was counted: findings are told ahead of the lines they stand in. */
  readonly #grown = new Set<LabelTotal>();
  /** Streams that told findings of a batch whose lines are not counted yet: a slow sink takes its time. */
  readonly #ahead = new Set<StreamName>();
  /** Rows that could not be written yet. */
  #left: readonly Row[] = [];
  #asked = { ready: false, why: 'starting' };
  #degraded = false;
  #onClose: () => Promise<void> = async () => {};

  constructor(parts: TellerParts) {
    this.#parts = parts;
    this.#counters = parts.counters;
    this.#counters.found.byOrigin = parts.ledger !== null;
    this.#counters.found.onSecret = (secret) => parts.ledger?.identify(secret);
  }

  onClose(close: () => Promise<void>): void {
    this.#onClose = close;
  }

  secretsLoaded(set: LoadedSecrets): void {
    const counts = new Map<string, number>();
    for (const { state, use } of set.listing) {
      counts.set(`${state} ${use}`, (counts.get(`${state} ${use}`) ?? 0) + 1);
    }
    this.#counters.secrets = counts;
    this.#counters.setLoadedMs = Date.now();
    this.#degraded = set.degraded;
    this.#settleReadiness();
    const said = new Set<string>();
    for (const { code, level, message } of set.problems) {
      said.add(message);
      if (!this.#said.has(message)) this.say(level === 'warning' ? 'warn' : level, code, message);
    }
    const skipped = set.listing.filter(({ use }) => use === 'none').map(nameAndReason);
    for (const name of skipped) said.add(name);
    const fresh = skipped.filter((name) => !this.#said.has(name));
    if (fresh.length > 0) this.#saySkipped(fresh);
    this.#said = said;
    const matched = set.listing.length - skipped.length;
    this.say(
      'info',
      'SECRETS_LOADED',
      `generation ${set.generation}: ${matched} values are redacted, ${skipped.length} are not matched`,
    );
  }

  #saySkipped(names: readonly string[]): void {
    const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
    const told = names.slice(0, MAX_NAMES).join('; ');
    this.say('warn', 'SECRETS_NOT_MATCHED', `not matched: ${told}${more}. To see all: unleak secrets list`);
  }

  reloadFailed(problem: string): void {
    this.#counters.reloads.failed++;
    this.say('error', 'E_RELOAD', `the secrets could not be reloaded: ${problem}`);
  }

  swapped(generation: number, ms: number): void {
    const first = this.#counters.generation === 0 && this.#counters.reloads.ok === 0;
    this.#counters.generation = generation;
    this.#counters.reloads.ok++;
    // The first load delays nothing: no byte was read yet.
    if (!first) this.#counters.longestSwapMs = Math.max(this.#counters.longestSwapMs, ms);
    this.say('info', 'GENERATION', `generation ${generation} runs, made ready in ${ms.toFixed(1)} ms`);
  }

  batch({ stream, bytesIn, bytesOut, records, held, latencyMs }: Batch): void {
    const numbers = this.#counters.stream(stream);
    numbers.bytesIn += bytesIn;
    numbers.bytesOut += bytesOut;
    numbers.records += records;
    numbers.held = held;
    this.#counters.latency.record(latencyMs);
    this.#parts.exposition?.latency(stream, latencyMs);
    this.#ahead.delete(stream);
    if (this.#ahead.size === 0) this.#seekNoise();
  }

  findings(found: BatchFindings): void {
    for (const label of this.#counters.found.add(found, Date.now())) this.#grown.add(label);
    this.#ahead.add(found.stream);
    if (this.#counters.found.full) this.flush();
  }

  /** Findings, not lines, are counted: a label twice in a line counts twice, which errs towards the warning. */
  #seekNoise(): void {
    if (this.#grown.size === 0) return;
    const grown = [...this.#grown];
    this.#grown.clear();
    const records = this.#counters.sum('records');
    if (records < NOISY_AFTER_RECORDS) return;
    for (const { label, count, kind } of grown) {
      if (count <= records * NOISY_SHARE || this.#counters.noisy.has(label)) continue;
      this.#counters.noisy.set(label, count / records);
      const what = kind === 'secret' ? 'this value is likely no secret' : 'look at what it finds';
      const share = Math.round((100 * count) / records);
      this.say(
        'warn',
        'NOISY_NEEDLE',
        `${label} fired ${count} times in ${records} lines (${share} %): ${what}`,
      );
    }
  }

  fault({ kind, stream, action, code, unscannedBytes }: Fault): void {
    const key = `${kind} ${action}`;
    this.#counters.faults.set(key, (this.#counters.faults.get(key) ?? 0) + 1);
    this.#counters.stream(stream).unscannedBytes += unscannedBytes;
    const raw = unscannedBytes > 0 ? `; ${unscannedBytes} bytes went out UNSCANNED` : '';
    this.say('debug', 'FAULT', `${stream}: ${kind} fault ${code}; action ${action}${raw}`);
  }

  ready(ready: boolean, why: string): void {
    this.#asked = { ready, why };
    this.#settleReadiness();
  }

  /** A set that could not be read in full takes readiness away, whatever else is well. */
  #settleReadiness(): void {
    const before = this.#counters.readiness;
    const { ready, why } = this.#asked;
    const now = ready && this.#degraded ? { ready: false, why: DEGRADED } : { ready, why };
    this.#counters.readiness = now;
    if (before.ready === now.ready) return;
    this.say(now.ready ? 'info' : 'warn', 'READINESS', `${now.ready ? 'ready' : 'not ready'}: ${now.why}`);
  }

  say(level: Level, code: string, message: string): void {
    this.#parts.log.write(level, code, message);
  }

  /** Appends what was found since the last time to the ledger; bounded when it cannot be written. */
  flush(): void {
    const { ledger } = this.#parts;
    const rows = this.#counters.found.takeRows();
    if (ledger === null) return;
    const { left, errno } = ledger.write([...this.#left, ...rows]);
    this.#left = boundOrigins(left.slice(0, MAX_ROWS));
    if (errno === null) return;
    const lost = left.length - this.#left.length;
    this.#counters.ledger.errors++;
    this.#counters.ledger.lost += lost;
    const kept = `rows kept to try again: ${this.#left.length}, given up: ${lost} (limit ${MAX_ROWS})`;
    this.say('error', 'E_LEDGER_WRITE', `--ledger: cannot be written (${errno}); ${kept}. Make room for it.`);
  }

  async close(): Promise<boolean> {
    this.flush();
    if (this.#left.length > 0) {
      const rows = `${this.#left.length} ${this.#left.length === 1 ? 'row' : 'rows'}`;
      this.say(
        'error',
        'E_LEDGER_LOST',
        `--ledger: the run ends and ${rows} of the ledger could not be written.`,
      );
    }
    this.#parts.ledger?.close();
    const errno = (await this.#parts.stats?.write(summarize(this.#counters, Date.now()))) ?? null;
    if (errno !== null) {
      const why = `--stats: the summary could not be written (${errno})`;
      this.say(
        'error',
        'E_STATS_WRITE',
        `${why}; the stream itself is complete. Check the file or device it names.`,
      );
    }
    await this.#onClose();
    return errno === null && this.#left.length === 0 && this.#counters.ledger.lost === 0;
  }
}

function nameAndReason({ name, part, reason }: ListedSecret): string {
  return `${name}${part === '' ? '' : ` (${part})`}: ${reason}`;
}
