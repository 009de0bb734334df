import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RoutePlan } from '../../src/config/plan.ts';
import type { Observer } from '../../src/observe/observer.ts';
import { StartError } from '../../src/observe/start-error.ts';
import { Upstreams } from '../../src/proxy/upstreams.ts';
import { type Certificates, mintCertificates } from '../support/proxy/certificates.ts';

/** The files are looked at this often. */
const LOOK_MS = 10_000;
const closing: (() => Promise<void>)[] = [];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  vi.useRealTimers();
});

const dir = mkdtempSync(join(tmpdir(), 'unleak-upstreams-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const at = (name: 'ca' | 'cert' | 'key'): string => join(dir, name);
const FILES = { ca: at('ca'), 'upstream-cert': at('cert'), 'upstream-key': at('key') };

/** Puts a set where the route looks for it; the store asks for a client certificate of the same authority. */
function place({ cert, key, caFile }: Certificates): void {
  for (const [from, to] of [
    [caFile, 'ca'],
    [cert, 'cert'],
    [key, 'key'],
  ] as const)
    copyFileSync(from, at(to));
}

async function startStore(set: Certificates): Promise<[Server, (next: Certificates) => void]> {
  const server = createServer({ requestCert: true, rejectUnauthorized: true }, (_, response) =>
    response.end(),
  );
  const use = ({ ca, pair }: Certificates): void => {
    server.setSecureContext({ ...pair, ca });
    server.closeAllConnections();
  };
  use(set);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(
    () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  return [server, use];
}

function upstreamsOf(server: Server, said: string[] = []): Upstreams {
  const { port } = server.address() as AddressInfo;
  const route: RoutePlan = {
    protocol: 'loki',
    listen: { host: '127.0.0.1', port: 0, udp: false },
    upstreams: [{ scheme: 'https', host: '127.0.0.1', port, path: '' }],
    files: FILES,
  };
  const observer = { say: (_: string, code: string) => said.push(code) } as unknown as Observer;
  const upstreams = new Upstreams(route, 5_000, observer);
  closing.push(() => upstreams.close());
  return upstreams;
}

/** Whether a request arrives. */
async function arrives(upstreams: Upstreams): Promise<boolean> {
  try {
    const { statusCode, body } = await upstreams
      .inOrder(null, 0)[0]!
      .pool.request({ path: '/', method: 'POST', body: 'x' });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

test('another authority and client certificate are taken in use for new connections, without a restart', async () => {
  const [one, two] = [mintCertificates(closing), mintCertificates(closing)];
  place(one);
  const [store, use] = await startStore(one);
  const said: string[] = [];
  const upstreams = upstreamsOf(store, said);
  expect(await arrives(upstreams)).toBe(true);
  use(two);
  expect(await arrives(upstreams)).toBe(false);
  place(two);
  vi.advanceTimersByTime(LOOK_MS);
  expect(said).toEqual(['TLS_RELOADED']);
  expect(await arrives(upstreams)).toBe(true);
  use(one);
  expect(await arrives(upstreams)).toBe(false);
  vi.advanceTimersByTime(5 * LOOK_MS);
  expect(said).toEqual(['TLS_RELOADED']);
});

test('files that cannot be used, or are half a rotation, leave the old ones in use, and say so once', async () => {
  const [one, two] = [mintCertificates(closing), mintCertificates(closing)];
  place(one);
  const [store, use] = await startStore(one);
  const said: string[] = [];
  const upstreams = upstreamsOf(store, said);
  for (const spoil of [
    () => writeFileSync(at('ca'), '-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n'),
    () => rmSync(at('ca')),
    () => {
      place(one);
      copyFileSync(two.cert, at('cert'));
    },
  ]) {
    spoil();
    vi.advanceTimersByTime(2 * LOOK_MS);
    expect(said.splice(0)).toEqual(['E_TLS_RELOAD']);
    use(one);
    expect(await arrives(upstreams)).toBe(true);
  }
  place(two);
  vi.advanceTimersByTime(LOOK_MS);
  use(two);
  expect(await arrives(upstreams)).toBe(true);
});

test('files that cannot be used at the start are an error of the start', async () => {
  const one = mintCertificates(closing);
  place(one);
  const [store] = await startStore(one);
  writeFileSync(at('cert'), 'no certificate');
  expect(() => upstreamsOf(store)).toThrow(StartError);
});
