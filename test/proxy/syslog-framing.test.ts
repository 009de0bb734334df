import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startProxy } from '../support/clients/proxy.ts';

const VALUE = randomBytes(12).toString('hex');
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Sends each chunk once the one before has had time to arrive alone; what came upstream. */
async function through(port: number, came: () => string, chunks: readonly string[]): Promise<string> {
  const before = came().length;
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  for (const chunk of chunks) {
    socket.write(chunk);
    await pause(30);
  }
  socket.end();
  socket.resume();
  await once(socket, 'close');
  await expect.poll(() => came().includes('END', before), { timeout: 10_000 }).toBe(true);
  return came().slice(before);
}

async function start(): Promise<[port: number, came: () => string]> {
  let came = '';
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      came += bytes.toString();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => new Promise((done) => server.close(() => done())));
  const client = { kind: 'syslog', transport: 'tcp' } as const;
  const { port } = server.address() as AddressInfo;
  const flags = ['--placeholder', '[gone]'];
  return [await startProxy({ port, client, secrets: { db: VALUE }, flags }, closing), () => came];
}

test('lines that begin with a digit arrive as lines, redacted, and the connection stays open for the next', async () => {
  const [port, came] = await start();
  for (const head of ['2026-01-02T03:04:05Z ', '12 monkeys ', '1700000000 <13>', '0 <13>'])
    for (const chunks of [[`${head}${VALUE}\n${head}END\n`], [...head, `${VALUE}\n`, `${head}END\n`]])
      expect(await through(port, came, chunks)).toBe(`${head}[gone]\n${head}END\n`);
});

test('a first frame that is counted makes the connection counted, wherever it is cut', async () => {
  const [port, came] = await start();
  const counted = (text: string): string => `${Buffer.byteLength(text)} ${text}`;
  const sent = counted(`<13>é ${VALUE}\n`) + counted('<13>7 END');
  const wanted = counted('<13>é [gone]\n') + counted('<13>7 END');
  for (const chunks of [[sent], [sent.slice(0, 1), sent.slice(1)], [sent.slice(0, 3), sent.slice(3)]])
    expect(await through(port, came, chunks)).toBe(wanted);
});

test('a count that comes alone, and then nothing for longer than --hold, is a count still', async () => {
  const [port, came] = await start();
  const text = `<13>${VALUE} END`;
  const socket = connect(port, '127.0.0.1');
  socket.write(`${text.length} `);
  await pause(1_500);
  expect(came()).toBe('');
  socket.end(text);
  await expect.poll(came, { timeout: 10_000 }).toBe('14 <13>[gone] END');
});
