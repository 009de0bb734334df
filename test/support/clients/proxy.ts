import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
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

/** One `--route`: listens on 127.0.0.1. */
export interface ProxyRoute {
  readonly kind: Client['kind'];
  readonly transport: Client['transport'];
  /** The upstream's. */
  readonly upstream: number;
}

/** The built proxy, which may be ended in any way and started again: it keeps the ports it first got. */
export class ProxyProcess {
  readonly #dir = mkdtempSync(join(tmpdir(), 'unleak-proxy-'));
  readonly #routes: readonly ProxyRoute[];
  #ports: readonly number[] = [];
  #child: ChildProcess | null = null;
  #ended: Promise<number | NodeJS.Signals | null> = Promise.resolve(null);

  /** @param secrets file name -> value */
  constructor(routes: readonly ProxyRoute[], secrets: Readonly<Record<string, string>>) {
    this.#routes = routes;
    for (const [name, value] of Object.entries(secrets)) writeFileSync(join(this.#dir, name), value);
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  /** Resolves with the port of each route, once all of them listen. */
  async start(): Promise<readonly number[]> {
    const argv = [MAIN, 'proxy', '--secrets-dir', this.#dir, '--log-level', 'info', '--drain', '1s'];
    const routes = this.#routes.flatMap((route, at) => ['--route', this.#written(route, at)]);
    const child = spawn(process.execPath, [...argv, ...routes], {
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    this.#ended = new Promise((done) => child.once('close', (code, signal) => done(signal ?? code)));
    this.#ports = await this.#listening(child);
    return this.#ports;
  }

  #written({ kind, transport, upstream }: ProxyRoute, at: number): string {
    const listen = `${transport === 'udp' ? 'udp:' : ''}127.0.0.1:${this.#ports[at] ?? 0}`;
    return `${kind} ${listen} ${transport}://127.0.0.1:${upstream}`;
  }

  #listening(child: ChildProcess): Promise<readonly number[]> {
    return new Promise((found, fail) => {
      let log = '';
      child.stderr!.on('data', (bytes: Buffer) => {
        log += bytes.toString();
        const lines = log.split('\n').filter((one) => one.includes('"LISTENING"') && one.endsWith('}'));
        if (lines.length < this.#routes.length) return;
        found(lines.map((line) => Number(/127\.0\.0\.1:(\d+)/.exec(JSON.parse(line).msg)![1])));
        child.stderr!.removeAllListeners('data').resume();
      });
      void this.#ended.then(() => fail(new Error(`the proxy ended before it listened: ${log}`)));
    });
  }

  /** Sends the signal; how the process ended: its exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    this.#child?.kill(signal);
    return this.#ended;
  }

  async close(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

export interface ProxySetup {
  /** The upstream's. */
  readonly port: number;
  readonly client: Pick<Client, 'kind' | 'transport'>;
  /** File name -> value. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Starts the built proxy with one route; its port, once it listens. What ends it is added to `closing`. */
export async function startProxy(
  { port, client: { kind, transport }, secrets }: ProxySetup,
  closing: (() => Promise<void>)[],
): Promise<number> {
  const proxy = new ProxyProcess([{ kind, transport, upstream: port }], secrets);
  closing.push(() => proxy.close());
  return (await proxy.start())[0]!;
}
