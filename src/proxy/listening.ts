import type { EventEmitter } from 'node:events';
import { hostPort } from '../observe/host-port.ts';
import { StartError } from '../observe/start-error.ts';

/**
 * Settles when `server` listens.
 * @param start begins to listen at the place named, and calls `done` then
 * @throws StartError E_ROUTE_LISTEN
 */
export function listening(
  server: EventEmitter,
  { host, port }: { readonly host: string; readonly port: number },
  start: (done: () => void) => void,
): Promise<void> {
  return new Promise((done, fail) => {
    const failed = ({ code }: NodeJS.ErrnoException): void => {
      const why = `${hostPort(host, port)}: cannot listen (${code}); nothing was taken`;
      fail(new StartError('E_ROUTE_LISTEN', `--route ${why}. Choose another port, or stop what uses it.`));
    };
    server.once('error', failed);
    start(() => {
      server.off('error', failed);
      // Later trouble concerns one connection, which hears of it itself.
      server.on('error', () => {});
      done();
    });
  });
}
