import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, test } from 'vitest';
import { mintRecords, readings } from '../support/clients/records.ts';
import { cutInto, randomCut } from '../support/generate-cuts.ts';
import { Chance } from '../support/generate-random.ts';
import { leaks, seek } from '../support/oracle.ts';
import { type Closing, closeAll, type Program, startProgram } from '../support/proxy/program.ts';
import { until } from '../support/proxy/wait.ts';
import { RawClient } from '../support/proxy/wire.ts';
import type { Upstream } from '../support/upstreams/recorder.ts';
import { type Framing, type SyslogOptions, startSyslog } from '../support/upstreams/syslog.ts';

const closing: Closing = [];
afterEach(() => closeAll(closing));

const minted = mintRecords(9);
const sought = Object.values(minted.secrets).map((value) => seek(Buffer.from(value)));
const messages = minted.records.map(({ id, text, fields }) =>
  Buffer.from(`<14>1 - host app - - - ${JSON.stringify({ id, text, ...fields })}`),
);
const counted = (message: Buffer): Buffer => Buffer.concat([Buffer.from(`${message.length} `), message]);
const FRAMES: Readonly<Record<'octet-counted' | 'lf', (message: Buffer) => Buffer>> = {
  'octet-counted': counted,
  lf: (message) => Buffer.concat([message, Buffer.from('\n')]),
};

interface Bench {
  readonly program: Program;
  readonly upstream: Upstream;
  readonly port: number;
}

async function start(framing: Framing, options: Partial<SyslogOptions> = {}): Promise<Bench> {
  const upstream = await startSyslog({ transport: 'tcp', framing, ...options });
  closing.push(() => upstream.close());
  const routes = [`syslog 127.0.0.1:0 tcp://127.0.0.1:${upstream.port}`];
  const program = await startProgram(
    { routes, secrets: minted.secrets, flags: ['--hold', '100ms'] },
    closing,
  );
  return { program, upstream, port: program.ports[0]! };
}

function expectRedacted({ upstream, program }: Bench, ids: readonly string[]): void {
  expect(upstream.faults).toEqual([]);
  expect(upstream.received.map(({ id }) => id)).toEqual(ids);
  const read = upstream.received.map(({ id, fields }) => ({ id: id ?? '', texts: readings(fields) }));
  const whole = read.filter(({ id, texts }) =>
    minted.calm.get(id)!.every((calm) => texts.some((text) => text.includes(calm))),
  );
  expect(whole).toHaveLength(ids.length);
  const texts = Buffer.from(read.flatMap((one) => one.texts).join('\n'));
  for (const bytes of [upstream.wire(), texts, Buffer.from(program.said)])
    expect(leaks(bytes, sought)).toEqual([]);
}

const IDS = minted.records.map(({ id }) => id);

describe.each(Object.entries(FRAMES))('syslog over TCP, %s', (name, frame) => {
  const framing = name as Framing;
  const whole = Buffer.concat(messages.map(frame));

  test('every message arrives without a secret, however it is cut', async () => {
    const bench = await start(framing);
    const chance = new Chance(7);
    const ways = [[whole], randomCut(whole, chance), randomCut(whole, chance), cutInto(whole, 1)];
    for (const [at, chunks] of ways.entries()) {
      const raw = RawClient.open(bench.port);
      raw.socket.setNoDelay(true);
      raw.write(...chunks);
      await bench.upstream.until((at + 1) * IDS.length);
      await raw.close();
    }
    expectRedacted(
      bench,
      ways.flatMap(() => IDS),
    );
  });

  test('what comes while upstream is away arrives when it is back', async () => {
    const bench = await start(framing);
    await bench.upstream.down();
    const raw = RawClient.open(bench.port).write(whole);
    // Several attempts fail meanwhile.
    await new Promise((done) => setTimeout(done, 700));
    expect(raw.gone).toBe(false);
    await bench.upstream.up();
    await bench.upstream.until(IDS.length);
    await raw.close();
    expectRedacted(bench, IDS);
  });

  test('after upstream cut the connection a new one begins with a whole message', async () => {
    const bench = await start(framing);
    const raw = RawClient.open(bench.port).write(frame(messages[0]!));
    await bench.upstream.until(1);
    await bench.upstream.down();
    await bench.upstream.up();
    // What a connection had taken when it broke may be lost: syslog has no answer.
    await new Promise((done) => setTimeout(done, 200));
    raw.write(...messages.slice(1).map(frame));
    await bench.upstream.until(IDS.length);
    await raw.close();
    expectRedacted(bench, IDS);
  });

  test('TERM lets go what had come, and ends with 0', async () => {
    const bench = await start(framing);
    const raw = RawClient.open(bench.port).write(whole);
    await bench.upstream.until(1);
    bench.program.terminate();
    expect(await bench.program.ended).toBe(0);
    await raw.closed;
    await bench.upstream.until(IDS.length);
    expectRedacted(bench, IDS);
  });

  test('a client that goes away in the middle of a message takes nothing with it', async () => {
    const bench = await start(framing, { troubles: () => null });
    const before = bench.program.descriptors;
    const half = frame(messages[1]!).subarray(0, 30);
    for (let n = 0; n < 10; n++) {
      const raw = RawClient.open(bench.port).write(frame(messages[0]!), half);
      await bench.upstream.until(n + 1);
      raw.socket.resetAndDestroy();
      await raw.closed;
    }
    await until('the connections are gone', () => bench.program.descriptors <= before);
    expect(leaks(bench.upstream.wire(), sought)).toEqual([]);
    if (framing === 'octet-counted')
      expectRedacted(
        bench,
        Array.from({ length: 10 }, () => IDS[0]!),
      );
  });
});

test.each([
  ['no count', Buffer.concat([counted(messages[0]!), messages[1]!]), 'MALFORMED'],
  [
    'a count that is no number',
    Buffer.concat([counted(messages[0]!), Buffer.from('12x '), messages[1]!]),
    'MALFORMED',
  ],
  [
    'a count of 9 digits',
    Buffer.concat([counted(messages[0]!), Buffer.from('123456789 '), messages[1]!]),
    'MALFORMED',
  ],
  [
    'a count over a megabyte',
    Buffer.concat([counted(messages[0]!), Buffer.from('1048577 '), messages[1]!]),
    'TOO_LARGE',
  ],
])('a connection with %s is closed behind its last good message', async (_, bytes, code) => {
  const bench = await start('octet-counted');
  const raw = RawClient.open(bench.port).write(bytes);
  await raw.closed;
  await until('it is told', () => bench.program.lines(`E_PROXY_${code}`).length === 1);
  expect(bench.program.troubles).toHaveLength(1);
  await bench.upstream.until(1);
  expectRedacted(bench, IDS.slice(0, 1));
  const next = RawClient.open(bench.port).write(counted(messages[2]!));
  await bench.upstream.until(2);
  await next.close();
});

test('datagrams go on as counted messages over TCP', async () => {
  const upstream = await startSyslog({ transport: 'tcp' });
  closing.push(() => upstream.close());
  const routes = [`syslog udp:127.0.0.1:0 tcp://127.0.0.1:${upstream.port}`];
  const program = await startProgram({ routes, secrets: minted.secrets }, closing);
  const socket = createSocket('udp4');
  closing.push(() => new Promise((done) => socket.close(() => done())));
  for (const message of messages)
    await new Promise((done) => socket.send(message, program.ports[0]!, '127.0.0.1', done));
  await upstream.until(IDS.length);
  expectRedacted({ program, upstream, port: 0 }, IDS);
});
