import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RouteFile } from '../../../src/config/route-text.ts';
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
  /** Name in the route -> content of the file. */
  readonly files?: Readonly<Partial<Record<RouteFile, string>>>;
  /** More flags. */
  readonly flags?: readonly string[];
  /** The scheme to upstream, where it is not the transport. */
  readonly scheme?: 'tls';
  /** Is given what the proxy logs. */
  readonly onLog?: (text: string) => void;
}

/** Starts the built proxy with one route; its port, once it listens. What ends it is added to `closing`. */
export async function startProxy(setup: ProxySetup, closing: (() => Promise<void>)[]): Promise<number> {
  const { port, client, secrets, files = {}, flags = [], scheme = client.transport } = setup;
  const dir = mkdtempSync(join(tmpdir(), 'unleak-proxy-'));
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(dir, name), value);
  const beside = mkdtempSync(join(tmpdir(), 'unleak-proxy-files-'));
  const words = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(beside, name), content);
    return ` ${name}=${join(beside, name)}`;
  });
  const listen = client.transport === 'udp' ? 'udp:127.0.0.1:0' : '127.0.0.1:0';
  const route = `${client.kind} ${listen} ${scheme}://127.0.0.1:${port}${words.join('')}`;
  const argv = [
    MAIN,
    'proxy',
    '--secrets-dir',
    dir,
    '--log-level',
    'info',
    '--drain',
    '1s',
    '--route',
    route,
    ...flags,
  ];
  const child = spawn(process.execPath, argv, {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  closing.push(async () => {
    child.kill('SIGTERM');
    await ended;
    for (const made of [dir, beside]) rmSync(made, { recursive: true, force: true });
  });
  return new Promise((found, fail) => {
    let log = '';
    child.stderr.on('data', (bytes: Buffer) => {
      log += bytes.toString();
      setup.onLog?.(bytes.toString());
      const line = log.split('\n').find((one) => one.includes('"LISTENING"') && one.endsWith('}'));
      const at =
        line === undefined ? null : /127\.0\.0\.1:(\d+)/.exec((JSON.parse(line) as { msg: string }).msg);
      if (at !== null) found(Number(at[1]));
    });
    void ended.then(() => fail(new Error(`the proxy ended before it listened: ${log}`)));
  });
}
