import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '../clients/register.ts';
import { type Ending, launch, type Program } from './program.ts';

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
  #program: Program | null = null;

  /** @param secrets file name -> value */
  constructor(routes: readonly ProxyRoute[], secrets: Readonly<Record<string, string>>) {
    this.#routes = routes;
    for (const [name, value] of Object.entries(secrets)) writeFileSync(join(this.#dir, name), value);
  }

  get pid(): number {
    return this.#program!.pid;
  }

  /** Resolves with the port of each route, once all of them listen. */
  async start(): Promise<readonly number[]> {
    const routes = this.#routes.map((route, at) => this.#written(route, at));
    this.#program = launch(this.#dir, { routes });
    this.#ports = await this.#program.listening(routes.length);
    return this.#ports;
  }

  #written({ kind, transport, upstream }: ProxyRoute, at: number): string {
    const listen = `${transport === 'udp' ? 'udp:' : ''}127.0.0.1:${this.#ports[at] ?? 0}`;
    return `${kind} ${listen} ${transport}://127.0.0.1:${upstream}`;
  }

  /** Sends the signal; how the process ended: its exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<Ending> {
    this.#program?.signal(signal);
    return (await this.#program?.ended) ?? null;
  }

  async close(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
