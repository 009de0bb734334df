import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findLeaks, type Sought, spellings } from './demo/leak-check.ts';
import { SCRIPT } from './demo/log-lines.ts';
import { mintCredentials, mintSecret } from './demo/mint.ts';
import { writeMountedSecret } from './demo/mounted-secret.ts';
import { type LedgerLine, leakTable, type Stats, speedLine } from './demo/summary.ts';
import { ended, startUnleak } from './demo/unleak-run.ts';

const WORKLOAD = fileURLToPath(new URL('demo/workload.js', import.meta.url));
/** Twice through the script before the rotation, twice after, at a speed one can read: about 5 s. */
const ENTRIES = 4 * SCRIPT.length;
const PAUSE_MS = 70;
/** The workload reads its Secret at the start of each round; the rotation comes ahead of the third. */
const ROTATE_AT = { entry: /msg=redirect/g, times: 2 };
/** How much log the second part pushes through as fast as it goes, and for how long at most. */
const FULL_SPEED = { bytes: 64e6, ms: 1200 };

const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const bold = (text: string): string => (colour ? `\x1b[1m${text}\x1b[0m` : text);
const marked = (text: string): string =>
  colour ? text.replace(/\[[A-Z]+:[^\]\s]*\]/g, '\x1b[33m$&\x1b[0m') : text;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** What a run of the demo works with, all of it below one temporary directory. */
class Demo {
  readonly home = mkdtempSync(join(tmpdir(), 'unleak-demo-'));
  readonly secretDir = join(this.home, 'shop-db');
  readonly credentials = mintCredentials();
  readonly sought: Sought[] = [];
  readonly #output: Buffer[] = [];
  #secret: Record<string, string> = {};

  constructor() {
    writeFileSync(this.path('credentials.json'), JSON.stringify(this.credentials));
    for (const [name, value] of Object.entries(this.credentials)) this.sought.push(spellings(name, value));
  }

  path(name: string): string {
    return join(this.home, name);
  }

  writeSecret(version: string): void {
    const secret = mintSecret();
    this.#secret = secret;
    for (const [key, value] of Object.entries(secret)) {
      this.sought.push(spellings(`shop-db/${key} (${version})`, value));
    }
    writeMountedSecret(this.secretDir, secret);
  }

  options(run: string): string[] {
    return [
      ...['--secrets-dir', this.secretDir, '--secret-env', 'UNLEAK_DEMO_NONE', '--log-level', 'error'],
      ...['--ledger', this.path(`${run}.ledger`), '--stats', this.path(`${run}.stats`)],
    ];
  }

  /** The redacted log, in front of the user's eyes; the Secret is rotated half-way. */
  async show(): Promise<number | null> {
    const words = [WORKLOAD, this.secretDir, this.path('credentials.json'), `${ENTRIES}`, `${PAUSE_MS}`];
    const child = startUnleak(['exec', ...this.options('shown'), '--', process.execPath, ...words]);
    child.stdin?.end();
    const over = ended(child);
    let left = ROTATE_AT.times;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output.push(chunk);
        const text = chunk.toString();
        process.stdout.write(marked(text));
        const before = left;
        left -= text.match(ROTATE_AT.entry)?.length ?? 0;
        if (before > 0 && left <= 0) this.#rotate();
      });
    }
    return await over;
  }

  #rotate(): void {
    this.writeSecret('new');
    const what = "the Secret shop-db was rotated (the kubelet's ..data swap)";
    say(bold(`-- ${what}; old and new values are redacted from here on --`));
  }

  /** The same log, and more harmless lines, as fast as it goes. */
  async fullSpeed(): Promise<void> {
    const known = { secret: this.#secret, credentials: this.credentials };
    const leaky = SCRIPT.map((write, n) => `${write(known, new Date(), n).text}\n`).join('');
    const clean = Array.from(
      { length: 40 },
      (_, n) => `${SCRIPT[(n % 2) * 8]!(known, new Date(), n).text}\n`,
    );
    const block = Buffer.from((leaky + clean.join('').repeat(24)).repeat(4));
    const child = startUnleak([...this.options('full')]);
    const over = ended(child);
    const first = new Promise((done) => child.stdout!.once('data', done));
    child.stdout!.on('data', (chunk: Buffer) => this.#keep(chunk));
    child.stderr!.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    child.stdin!.on('error', () => {});
    child.stdin!.write(block);
    // The clock runs from the first redacted byte on: starting the program is not its speed.
    await Promise.race([first, over]);
    const started = performance.now();
    let sent = 0;
    while (sent < FULL_SPEED.bytes && performance.now() - started < FULL_SPEED.ms) {
      sent += block.length;
      if (!child.stdin!.write(block)) await Promise.race([once(child.stdin!, 'drain'), over]);
      if (child.exitCode !== null) break;
    }
    child.stdin!.end();
    await over;
    this.#rate = sent / ((performance.now() - started) * 1e3);
  }

  #kept = 0;
  /** MB/s of the second part. */
  #rate = 0;
  /** The first megabytes are enough for the search. */
  #keep(chunk: Buffer): void {
    if (this.#kept > 8e6) return;
    this.#kept += chunk.length;
    this.#output.push(chunk);
  }

  /** @returns whether nothing leaked */
  summarize(): boolean {
    const ledger = readFileSync(this.path('shown.ledger'), 'utf8').trim().split('\n');
    const lines = ledger.filter((line) => line !== '').map((line): LedgerLine => JSON.parse(line));
    const stats = (run: string): Stats => JSON.parse(readFileSync(this.path(`${run}.stats`), 'utf8'));
    const leaks = findLeaks(this.sought, Buffer.concat(this.#output));
    say(`\n${bold('What the workload would have leaked')}\n${leakTable(lines)}\n`);
    const [shown, full] = [stats('shown'), stats('full')];
    say(speedLine('shown above', shown, shown.bytesIn / 1e6 / shown.seconds));
    say(speedLine('full speed ', full, this.#rate));
    const verdict = `${leaks.length} of ${this.sought.length} secret values found in the output`;
    say(`\n${bold(verdict)} (searched in every spelling by a plain search)`);
    for (const name of leaks) say(`  LEAKED: ${name}`);
    return leaks.length === 0;
  }

  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

const demo = new Demo();
process.once('exit', () => demo.close());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
demo.writeSecret('old');
say(
  bold(
    'A sample workload logs in five formats and leaks a mounted Secret; this is what leaves unleak exec:\n',
  ),
);
const code = await demo.show();
await demo.fullSpeed();
const clean = demo.summarize();
process.exitCode = code === 0 && clean ? 0 : 1;
