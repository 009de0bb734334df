import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from './register.ts';

const BUILD = process.env.UNLEAK_BUILD ?? fileURLToPath(new URL('../../../dist/', import.meta.url));
const MAIN = join(BUILD, 'main.js');

/** Whether the built program has the command. */
export function proxyIsBuilt(): boolean {
  // An unknown command prints the help of the whole program, with exit code 0.
  return /^Usage: unleak proxy\b/m.test(
    spawnSync(process.execPath, [MAIN, 'proxy', '--help']).stdout.toString(),
  );
}

export interface ProxySetup {
  /** The upstream's. */
  readonly port: number;
  readonly client: Pick<Client, 'kind' | 'transport'>;
  /** File name -> value. */
  readonly secrets: Readonly<Record<string, string>>;
  /** More options. */
  readonly options?: readonly string[];
}

/** Starts the built proxy with one route; its port, once it listens. What ends it is added to `closing`. */
export async function startProxy(
  { port, client, secrets, options = [] }: ProxySetup,
  closing: (() => Promise<void>)[],
): Promise<number> {
  const listen = client.transport === 'udp' ? 'udp:127.0.0.1:0' : '127.0.0.1:0';
  const route = `${client.kind} ${listen} ${client.transport}://127.0.0.1:${port}`;
  const { ports } = await startRoutes([route], { secrets, options }, closing);
  return ports[0]!;
}

/** As `startProxy`, with several routes of listeners of their own; their ports, in that order, and what it said so far. */
export async function startRoutes(
  routes: readonly string[],
  { secrets, options = [] }: Pick<ProxySetup, 'secrets' | 'options'>,
  closing: (() => Promise<void>)[],
): Promise<{ readonly ports: readonly number[]; readonly log: () => string }> {
  const dir = mkdtempSync(join(tmpdir(), 'unleak-proxy-'));
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(dir, name), value);
  const argv = [
    MAIN,
    'proxy',
    '--secrets-dir',
    dir,
    '--log-level',
    'info',
    '--drain',
    '1s',
    ...routes.flatMap((route) => ['--route', route]),
    ...options,
  ];
  const child = spawn(process.execPath, argv, {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  closing.push(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  });
  return new Promise((found, fail) => {
    let log = '';
    child.stderr.on('data', (bytes: Buffer) => {
      log += bytes.toString();
      const ports = portsIn(log);
      if (ports.length === routes.length) found({ ports, log: () => log });
    });
    void ended.then(() => fail(new Error(`the proxy ended before it listened: ${log}`)));
  });
}

/** Of each line that says where the proxy listens. */
function portsIn(log: string): number[] {
  return log
    .split('\n')
    .filter((line) => line.includes('"LISTENING"') && line.endsWith('}'))
    .map((line) => Number(/127\.0\.0\.1:(\d+)/.exec((JSON.parse(line) as { msg: string }).msg)?.[1]));
}
