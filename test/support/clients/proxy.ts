import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RouteFile } from '../../../src/config/route-text.ts';
import { type Closing, MAIN, startProgram } from '../proxy/program.ts';
import type { Client } from './register.ts';

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
}

/** Starts the built proxy with one route; its port, once it listens. What ends it is added to `closing`. */
export async function startProxy(setup: ProxySetup, closing: Closing): Promise<number> {
  return (await startRoute(setup, closing)).port;
}

/** The same, with what it says. */
export async function startRoute(
  { port, client, secrets, files = {}, flags = [], scheme }: ProxySetup,
  closing: Closing,
): Promise<{ readonly port: number; readonly said: () => string }> {
  const beside = mkdtempSync(join(tmpdir(), 'unleak-proxy-files-'));
  const words = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(beside, name), content);
    return ` ${name}=${join(beside, name)}`;
  });
  const listen = client.transport === 'udp' ? 'udp:127.0.0.1:0' : '127.0.0.1:0';
  const route = `${client.kind} ${listen} ${scheme ?? client.transport}://127.0.0.1:${port}${words.join('')}`;
  const program = await startProgram({ routes: [route], secrets, flags }, closing);
  closing.push(async () => rmSync(beside, { recursive: true, force: true }));
  return { port: program.ports[0]!, said: () => program.said };
}
