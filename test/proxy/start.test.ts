import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'unleak-start-'));
writeFileSync(join(dir, 'db'), randomBytes(12).toString('hex'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function start(...routes: readonly string[]): [number | null, string] {
  const argv = [MAIN, 'proxy', '--secrets-dir', dir, ...routes.flatMap((route) => ['--route', route])];
  const { status, stderr } = spawnSync(process.execPath, argv, { env: {}, encoding: 'utf8' });
  return [status, /E_[A-Z_]+/.exec(stderr)?.[0] ?? ''];
}

test.each(['loki', 'syslog', 'forward'])(
  'a port that is taken ends %s with 2, and says so',
  async (protocol) => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const upstream = protocol === 'loki' ? 'http://127.0.0.1:1' : 'tcp://127.0.0.1:1';
    expect(start(`${protocol} 127.0.0.1:${port} ${upstream}`)).toEqual([2, 'E_ROUTE_LISTEN']);
    await new Promise((done) => server.close(done));
  },
);

test('a file of a route that is not there or holds nothing, and two routes that cannot share a port, end with 2', () => {
  const gone = join(dir, 'gone.pem');
  expect(start(`loki 127.0.0.1:0 https://127.0.0.1:1 ca=${gone}`)).toEqual([2, 'E_ROUTE_FILE']);
  expect(start(`syslog 127.0.0.1:0 tls://127.0.0.1:1 ca=${gone}`)).toEqual([2, 'E_ROUTE_FILE']);
  // No certificate is in it.
  expect(start(`loki 127.0.0.1:0 https://127.0.0.1:1 ca=${join(dir, 'db')}`)).toEqual([2, 'E_ROUTE_FILE']);
  expect(start(`forward 127.0.0.1:0 tcp://127.0.0.1:1 shared-key-file=${gone}`)).toEqual([2, 'E_ROUTE_FILE']);
  expect(start(`forward 127.0.0.1:0 tls://127.0.0.1:1 ca=${gone}`)).toEqual([2, 'E_ROUTE_FILE']);
  const empty = join(dir, 'empty.key');
  writeFileSync(empty, '\n');
  expect(start(`forward 127.0.0.1:0 tcp://127.0.0.1:1 shared-key-file=${empty}`)).toEqual([
    2,
    'E_ROUTE_FILE',
  ]);
  const route = 'loki 127.0.0.1:18778 http://127.0.0.1:1';
  expect(start(route, route)).toEqual([2, 'E_ROUTE_CLASH']);
});
