import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { mintCertificates } from '../support/proxy/certificates.ts';
import { startProgram } from '../support/proxy/program.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => new Promise((done) => server.close(() => done())));
  return (server.address() as AddressInfo).port;
}

/** Whether the proxy keeps the connection: it answers a request, or what it takes reaches upstream. */
async function isTaken(socket: Socket, first: string, reached: () => boolean): Promise<boolean> {
  let closed = false;
  let answered = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  socket.on('data', () => {
    answered = true;
  });
  socket.write(first);
  await expect.poll(() => closed || answered || reached(), { timeout: 10_000 }).toBe(true);
  return !closed;
}

async function end(socket: Socket): Promise<void> {
  socket.destroy();
  if (!socket.closed) await once(socket, 'close');
}

test('connections are limited over all routes; one more is closed and said, and one that ends makes room on any route', async () => {
  const store = createServer((asked, response) => {
    asked.resume();
    response.end('{}');
  });
  const storePort = await listen(store);
  let got = '';
  const collector = createTcpServer((socket) => {
    socket.on('data', (bytes) => {
      got += bytes.toString();
    });
    socket.on('error', () => {});
  });
  const collectorPort = await listen(collector);
  const { cert, key, ca } = mintCertificates(closing);
  const program = await startProgram(
    {
      routes: [
        `elasticsearch 127.0.0.1:0 http://127.0.0.1:${storePort}`,
        `loki 127.0.0.1:0 http://127.0.0.1:${storePort} cert=${cert} key=${key}`,
        `syslog 127.0.0.1:0 tcp://127.0.0.1:${collectorPort}`,
      ],
      secrets: { db: randomBytes(12).toString('hex') },
      flags: ['--max-connections', '2'],
    },
    closing,
  );
  const [plain = 0, tls = 0, syslog = 0] = program.ports;
  const GET = 'GET /ready HTTP/1.1\r\nHost: a\r\n\r\n';
  let lines = 0;
  const http = async (): Promise<[Socket, boolean]> => {
    const socket = connect(plain, '127.0.0.1');
    return [socket, await isTaken(socket, GET, () => false)];
  };
  const https = async (): Promise<[Socket, boolean]> => {
    const socket = connectTls({ port: tls, host: '127.0.0.1', ca });
    return [socket, await isTaken(socket, GET, () => false)];
  };
  const line = async (): Promise<[Socket, boolean]> => {
    const mark = `<13>line ${lines++}`;
    const socket = connect(syslog, '127.0.0.1');
    return [socket, await isTaken(socket, `${mark}\n`, () => got.includes(mark))];
  };
  // The proxy hears of the end of a connection a little later than its client.
  const kept = async (open: typeof http): Promise<Socket> => {
    for (;;) {
      const [socket, taken] = await open();
      if (taken) return socket;
    }
  };
  for (const [open, other] of [
    [http, https],
    [https, line],
    [line, http],
    [line, line],
  ] as const) {
    const both = [await kept(open), await kept(other)];
    for (const more of [http, https, line]) expect((await more())[1]).toBe(false);
    for (const socket of both) await end(socket);
  }
  expect(program.said).toMatch(/E_PROXY_BUSY.*2 connections stand \(--max-connections/);
});
