import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mintRecords } from '../support/clients/records.ts';
import { HTTP_CASES, HTTP_PROTOCOLS, START, TOKEN } from '../support/proxy/cases.ts';
import { Authority, type Pair, replacePair } from '../support/proxy/certificates.ts';
import { type Closing, closeAll, type Program, startProgram } from '../support/proxy/program.ts';
import { until } from '../support/proxy/wait.ts';
import { RawClient, requestBytes } from '../support/proxy/wire.ts';
import type { HttpUpstream } from '../support/upstreams/http-upstream.ts';
import { startSyslog } from '../support/upstreams/syslog.ts';

const closing: Closing = [];
const dir = mkdtempSync(join(tmpdir(), 'unleak-tls-'));
closing.push(async () => rmSync(dir, { recursive: true, force: true }));
const minted = mintRecords(3);
let ours: Authority;
let theirs: Authority;
let server: Pair;
let client: Pair;
let upstreams: HttpUpstream[];
/** With TLS; with TLS and certificates of clients. */
let plain: Program;
let mutual: Program;
beforeAll(async () => {
  [ours, theirs] = [new Authority(dir, 'ours'), new Authority(dir, 'theirs')];
  [server, client] = [ours.issue('server'), ours.issue('client')];
  upstreams = await Promise.all(HTTP_PROTOCOLS.map((name) => START[name](() => null)));
  for (const upstream of upstreams) closing.push(() => upstream.close());
  const files = `cert=${server.cert} key=${server.key}`;
  const routes = HTTP_PROTOCOLS.map(
    (name, at) => `${name} 127.0.0.1:0 http://127.0.0.1:${upstreams[at]!.port} ${files}`,
  );
  plain = await startProgram({ routes, secrets: minted.secrets }, closing);
  const asking = routes.map((route) => `${route} client-ca=${ours.cert}`);
  mutual = await startProgram({ routes: asking, secrets: minted.secrets }, closing);
});
afterAll(() => closeAll(closing));

const [LOKI] = HTTP_CASES.filter(({ name }) => name === 'loki JSON') as [(typeof HTTP_CASES)[number]];
const request = (one = LOKI): Buffer =>
  requestBytes({ path: one.path, headers: one.headers }, one.body(minted.records));
const portOf = (program: Program, one = LOKI): number => program.ports[HTTP_PROTOCOLS.indexOf(one.protocol)]!;

/** A connection that trusts `ours`; `as` is the client's own certificate. */
function open(port: number, as: Pair | null = null): { raw: RawClient; socket: TLSSocket } {
  const own = as === null ? {} : { cert: readFileSync(as.cert), key: readFileSync(as.key) };
  const socket = connect({ port, host: '127.0.0.1', ca: readFileSync(ours.cert), ...own });
  return { raw: new RawClient(socket), socket };
}

test.each(HTTP_CASES)('$name over TLS, with and without a certificate of the client', async (one) => {
  for (const [program, as] of [
    [plain, null],
    [mutual, client],
  ] as const) {
    const { raw } = open(portOf(program, one), as);
    expect(await raw.write(request(one)).status()).toBe(one.success);
    await raw.close();
  }
});

test('a client without a certificate, or with one of another authority, gets nothing through', async () => {
  const upstream = upstreams[HTTP_PROTOCOLS.indexOf('loki')]!;
  const seen = upstream.seen.length;
  for (const as of [null, theirs.issue('stranger')]) {
    const { raw } = open(portOf(mutual), as);
    expect(await raw.write(request()).status()).toBe(null);
  }
  const raw = RawClient.open(portOf(mutual)).write(request());
  expect(await raw.status()).not.toBe(204);
  await raw.close();
  expect(upstream.seen).toHaveLength(seen);
});

test('a rotated certificate is served to new connections, and the old ones go on', async () => {
  const before = open(portOf(plain));
  expect(await before.raw.write(request()).status()).toBe(204);
  const first = before.socket.getPeerCertificate().fingerprint256;
  replacePair(server, ours.issue('renewed'));
  // The files are looked at every 10 s.
  await until(
    'the new certificate is in use',
    () => plain.lines('TLS_RELOADED').length === HTTP_PROTOCOLS.length,
  );
  const after = open(portOf(plain));
  expect(await after.raw.write(request()).status()).toBe(204);
  expect(after.socket.getPeerCertificate().fingerprint256).not.toBe(first);
  expect(await before.raw.write(request()).status()).toBe(204);
  await Promise.all([before.raw.close(), after.raw.close()]);
  // Those who must show one still must.
  await until(
    'the other one has it too',
    () => mutual.lines('TLS_RELOADED').length === HTTP_PROTOCOLS.length,
  );
  expect(await open(portOf(mutual)).raw.write(request()).status()).toBe(null);
  const { raw } = open(portOf(mutual), client);
  expect(await raw.write(request()).status()).toBe(204);
  await raw.close();
});

test('upstream over TLS must be of the authority named; with another it is 503, and gets nothing', async () => {
  let asked = 0;
  const pair = ours.issue('upstream');
  const options = {
    cert: readFileSync(pair.cert),
    key: readFileSync(pair.key),
    ca: readFileSync(ours.cert),
    requestCert: true,
  };
  const store = createServer(options, (came, response) => {
    asked++;
    came.resume();
    came.on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((done) => store.listen(0, '127.0.0.1', done));
  closing.push(async () => {
    store.closeAllConnections();
    await new Promise((done) => store.close(done));
  });
  const to = `loki 127.0.0.1:0 https://127.0.0.1:${(store.address() as AddressInfo).port}`;
  const own = `upstream-cert=${client.cert} upstream-key=${client.key}`;
  const routes = [
    `${to} ca=${ours.cert} ${own}`,
    `${to} ca=${theirs.cert} ${own}`,
    to,
    `${to} ca=${ours.cert}`,
  ];
  const program = await startProgram({ routes, secrets: minted.secrets }, closing);
  const statuses: (number | null)[] = [];
  for (const port of program.ports) {
    const raw = RawClient.open(port).write(request());
    statuses.push(await raw.status());
    await raw.close();
  }
  expect([statuses, asked]).toEqual([[204, 503, 503, 503], 1]);
  expect(program.said.includes(TOKEN)).toBe(false);
});

test('connections that never come to their handshake do not hold up the end', async () => {
  const files = `cert=${server.cert} key=${server.key}`;
  const routes = [
    `loki 127.0.0.1:0 http://127.0.0.1:1 ${files}`,
    `syslog 127.0.0.1:0 tcp://127.0.0.1:1 ${files}`,
  ];
  const program = await startProgram({ routes, secrets: minted.secrets, flags: ['--drain', '2s'] }, closing);
  const silent = program.ports.flatMap((port) => [RawClient.open(port), open(port).raw]);
  await until('they are connected', () => silent.every(({ socket }) => !socket.connecting));
  program.terminate();
  await Promise.all(silent.map((raw) => raw.closed));
  expect(await program.ended).toBe(0);
});

test('syslog over TLS', async () => {
  const upstream = await startSyslog({ transport: 'tcp' });
  closing.push(() => upstream.close());
  const route = `syslog 127.0.0.1:0 tcp://127.0.0.1:${upstream.port} cert=${server.cert} key=${server.key} client-ca=${ours.cert}`;
  const program = await startProgram({ routes: [route], secrets: minted.secrets }, closing);
  const message = `<14>1 - host app - - - record-0000 ${minted.secrets.token}`;
  const stranger = open(program.ports[0]!);
  await stranger.raw.write(`${message.length} ${message}`).closed;
  const { raw } = open(program.ports[0]!, client);
  raw.write(`${message.length} ${message}`);
  await upstream.until(1);
  await raw.close();
  expect(upstream.received.map(({ text }) => text?.replace(/\[REDACTED:[^\]]*\]/, 'x'))).toEqual([
    'record-0000 x',
  ]);
});
