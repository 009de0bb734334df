import { spawnSync } from 'node:child_process';
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
}

/** Starts the built proxy with one route; its port, once it listens. What ends it is added to `closing`. */
export async function startProxy({ port, client, secrets }: ProxySetup, closing: Closing): Promise<number> {
  const listen = client.transport === 'udp' ? 'udp:127.0.0.1:0' : '127.0.0.1:0';
  const route = `${client.kind} ${listen} ${client.transport}://127.0.0.1:${port}`;
  return (await startProgram({ routes: [route], secrets }, closing)).ports[0]!;
}
