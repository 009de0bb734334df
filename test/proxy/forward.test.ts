import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { gunzipSync, gzipSync } from 'node:zlib';
import { FluentClient, FluentSocketEvent } from '@fluent-org/logger';
import { decodeMulti, encode } from '@msgpack/msgpack';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProxySetup, startRoute } from '../support/clients/proxy.ts';
import { type Certificates, mintCertificates } from '../support/proxy/certificates.ts';
import { closeAll } from '../support/proxy/program.ts';
import { type ForwardOptions, type ForwardUpstream, startForward } from '../support/upstreams/forward.ts';
import type { Trouble } from '../support/upstreams/recorder.ts';

const VALUE = randomBytes(12).toString('hex');
const MASK = /\[REDACTED:[^\]]*db\]/;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Setup = Partial<Pick<ProxySetup, 'files' | 'flags' | 'scheme'>>;
let said = (): string => '';
let stop: () => Promise<void> = async () => {};
async function started(port: number, setup: Setup = {}): Promise<number> {
  const client = { kind: 'forward', transport: 'tcp' } as const;
  const ending: (() => Promise<void>)[] = [];
  const route = await startRoute({ port, client, secrets: { db: VALUE }, ...setup }, ending);
  said = route.said;
  stop = () => closeAll(ending);
  closing.push(stop);
  return route.port;
}

/** Ends the proxy. @returns codes of its warnings, in their order; no word of the log holds the secret */
async function warnings(): Promise<string[]> {
  await stop();
  expect(said()).not.toContain(VALUE);
  return said()
    .split('\n')
    .flatMap((line) => /"E_PROXY_[A-Z_]+"/.exec(line)?.[0].slice(3, -1) ?? []);
}

async function upstreamOf(options: ForwardOptions = {}): Promise<ForwardUpstream> {
  const upstream = await startForward(options);
  closing.push(() => upstream.close());
  return upstream;
}

/** A client that says what it likes. */
class Speaker {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  #came = Buffer.alloc(0);

  constructor(at: number | Socket) {
    this.socket = typeof at === 'number' ? connect(at, '127.0.0.1') : at;
    this.closed = new Promise((done) => this.socket.once('close', done));
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => {
      this.#came = Buffer.concat([this.#came, bytes]);
    });
    closing.push(async () => {
      this.socket.destroy();
    });
  }

  say(value: unknown): void {
    this.socket.write(encode(value));
  }

  /** What came so far, decoded. */
  get heard(): unknown[] {
    return [...decodeMulti(this.#came)];
  }

  async hear(count: number): Promise<unknown[]> {
    while (this.heard.length < count) await once(this.socket, 'data');
    return this.heard;
  }
}

const message = (chunk: string, text = VALUE): unknown[] => ['app', 1, { log: text }, { chunk }];
const recordsOf = (upstream: ForwardUpstream): string =>
  JSON.stringify(upstream.received.map(({ fields }) => fields));

describe('acks', () => {
  test('come once upstream has acknowledged, in its order, and none is made here', async () => {
    let toProxy: Socket | null = null;
    let got = Buffer.alloc(0);
    const server = createServer((socket) => {
      toProxy = socket;
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        got = Buffer.concat([got, bytes]);
        server.emit('came');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      toProxy?.destroy();
      server.close();
    });
    const client = new Speaker(await started((server.address() as AddressInfo).port));
    for (const chunk of ['one', 'two']) client.say(message(chunk));
    while (got.length < 2 || [...decodeMulti(got)].length < 2) await once(server, 'came');
    expect(client.heard).toEqual([]);
    toProxy!.write(encode({ ack: 'two' }));
    expect(await client.hear(1)).toEqual([{ ack: 'two' }]);
    // TERM: what waits for its ack still gets it, then the connection ends.
    const ended = stop();
    toProxy!.write(encode({ ack: 'one' }));
    expect(await client.hear(2)).toEqual([{ ack: 'two' }, { ack: 'one' }]);
    await Promise.all([client.closed, ended]);
    expect(got.includes(VALUE)).toBe(false);
    expect(await warnings()).toEqual([]);
  });

  test.each([
    ['hang', 'did not acknowledge within --upstream-timeout'],
    ['reset', 'upstream closed the connection'],
    ['lost-answer', 'upstream closed the connection'],
    ['status', 'acknowledged what was not sent'],
  ] as const)(
    'an upstream in trouble (%s) ends the connection without one, and it is told',
    async (kind, told) => {
      const upstream = await upstreamOf({ troubles: () => ({ kind, after: 0, status: 500 }) as Trouble });
      const client = new Speaker(await started(upstream.port, { flags: ['--upstream-timeout', '300ms'] }));
      client.say(message('one'));
      await client.closed;
      expect(client.heard).toEqual([]);
      expect(await warnings()).toEqual(['PROXY_BUSY']);
      expect(said()).toContain(told);
    },
  );

  test('an upstream that is away ends the connection, and the next one gets through when it is back', async () => {
    const upstream = await upstreamOf();
    await upstream.down();
    const port = await started(upstream.port);
    const first = new Speaker(port);
    first.say(message('one'));
    await first.closed;
    expect(first.heard).toEqual([]);
    await upstream.up();
    const second = new Speaker(port);
    second.say(message('one'));
    expect(await second.hear(1)).toEqual([{ ack: 'one' }]);
    expect(recordsOf(upstream)).toMatch(MASK);
    expect(await warnings()).toEqual(['PROXY_BUSY']);
  });

  test('a client that closes its half has what it sent acknowledged', async () => {
    const upstream = await upstreamOf();
    const client = new Speaker(await started(upstream.port));
    client.socket.end(Buffer.concat(['one', 'two'].map((chunk) => encode(message(chunk)))));
    await client.closed;
    expect(client.heard).toEqual([{ ack: 'one' }, { ack: 'two' }]);
    expect(await warnings()).toEqual([]);
  });
});

test('gzip goes on as gzip, and bytes that come one by one are whole messages', async () => {
  const upstream = await upstreamOf();
  const client = new Speaker(await started(upstream.port));
  const bytes = gzipSync(Buffer.concat([1, 2].map((n) => Buffer.from(encode([n, { log: VALUE, n }])))));
  const sent = encode(['app', bytes, { compressed: 'gzip', size: 2, chunk: 'one' }]);
  client.socket.setNoDelay(true);
  for (const byte of sent) await new Promise((done) => client.socket.write(Uint8Array.of(byte), done));
  expect(await client.hear(1)).toEqual([{ ack: 'one' }]);
  expect(upstream.modes).toEqual(['CompressedPackedForward']);
  expect(upstream.faults).toEqual([]);
  expect(recordsOf(upstream).match(new RegExp(MASK, 'g'))).toHaveLength(2);
  const [, packed] = [...decodeMulti(upstream.wire())][0] as [string, Uint8Array];
  expect(gunzipSync(packed).includes(VALUE)).toBe(false);
});

test('TLS stands on both sides, and an upstream whose certificate is not trusted gets nothing', async () => {
  const upstream = await upstreamOf();
  const [ours, theirs, another] = [1, 2, 3].map(() => mintCertificates(closing)) as [
    Certificates,
    Certificates,
    Certificates,
  ];
  const secure = createTlsServer(theirs.pair, (socket) => {
    socket.on('error', () => {});
    socket.pipe(connect(upstream.port, '127.0.0.1')).pipe(socket);
  });
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  closing.push(async () => {
    secure.close();
  });
  const { port } = secure.address() as AddressInfo;
  for (const { ca } of [another, theirs]) {
    const files = { cert: String(ours.pair.cert), key: String(ours.pair.key), ca: String(ca) };
    const proxy = await started(port, { files, scheme: 'tls' });
    const client = new Speaker(connectTls({ port: proxy, host: '127.0.0.1', ca: ours.ca }));
    client.say(message('one'));
    if (ca === theirs.ca) expect(await client.hear(1)).toEqual([{ ack: 'one' }]);
    else await client.closed;
    expect(await warnings()).toEqual(ca === theirs.ca ? [] : ['PROXY_BUSY']);
  }
  expect(upstream.received).toHaveLength(1);
  expect(recordsOf(upstream)).toMatch(MASK);
});

describe('what is no message', () => {
  const long = Buffer.from(encode(message('one', `${VALUE} ${'x'.repeat(70_000)}`)));
  const cut = Buffer.from(
    encode(['app', Buffer.from(encode([1, { log: VALUE }])).subarray(0, -1), { chunk: 'one' }]),
  );
  test.each([
    ['a byte that is never used', Buffer.from([0xc1]), 'PROXY_MALFORMED'],
    ['another protocol', Buffer.from(`GET /${VALUE} HTTP/1.1\r\n\r\n`), 'PROXY_MALFORMED'],
    ['packed entries cut short', cut, 'PROXY_MALFORMED'],
    ['a message over --max-body', long, 'PROXY_TOO_LARGE'],
    ['a length over --max-body', Buffer.from([0xdb, 0xff, 0xff, 0xff, 0xff]), 'PROXY_TOO_LARGE'],
  ])('%s ends the connection with one line, and nothing goes on', async (_, bytes, code) => {
    const upstream = await upstreamOf();
    const client = new Speaker(await started(upstream.port, { flags: ['--max-body', '64KiB'] }));
    client.say(message('first'));
    expect(await client.hear(1)).toEqual([{ ack: 'first' }]);
    client.socket.write(bytes);
    await client.closed;
    expect(client.heard).toHaveLength(1);
    expect(upstream.received).toHaveLength(1);
    expect(upstream.wire().includes(VALUE)).toBe(false);
    expect(await warnings()).toEqual([code]);
  });

  test('a message cut short by the end is told, and half of it does not go on', async () => {
    const upstream = await upstreamOf();
    const client = new Speaker(await started(upstream.port));
    client.say(message('first'));
    await client.hear(1);
    client.socket.end(Buffer.from(encode(message('one'))).subarray(0, -2));
    await client.closed;
    expect(client.heard).toHaveLength(1);
    expect(upstream.faults).toEqual([]);
    expect(await warnings()).toEqual(['PROXY_MALFORMED']);
  });
});

describe('the handshake', () => {
  const [key, wrong, password] = Array.from({ length: 3 }, () => randomBytes(16).toString('hex')) as [
    string,
    string,
    string,
  ];
  const keys = { 'shared-key-file': key, 'upstream-shared-key-file': `${key}\n` };

  /** Sends a record with a real client: why it was refused, or null once it was acknowledged. */
  async function send(
    port: number,
    sharedKey: string,
    user: { username?: string; password?: string } = {},
  ): Promise<string | null> {
    const client = new FluentClient('app', {
      ack: { ackTimeout: 20_000 },
      socket: { host: '127.0.0.1', port, disableReconnect: true },
      disableAutoconnect: true,
      security: { clientHostname: 'client.bench', sharedKey, ...user },
    });
    const outcome = new Promise<string | null>((done) => {
      const refused = (cause: Error): void => done(cause.message);
      client.socketOn(FluentSocketEvent.ERROR, refused);
      client.emit('bench', { log: VALUE }).then(() => done(null), refused);
    });
    await client.connect();
    const why = await outcome;
    client.shutdown().catch(() => {});
    return why;
  }

  test('lets a client in that knows the key, and no other; the key of upstream is another', async () => {
    const upstream = await upstreamOf({ sharedKey: wrong });
    const port = await started(upstream.port, { files: { ...keys, 'upstream-shared-key-file': wrong } });
    expect(await send(port, wrong)).toContain('shared key mismatch');
    expect(upstream.received).toHaveLength(0);
    expect(await send(port, key)).toBe(null);
    expect(upstream.received).toHaveLength(1);
    expect(upstream.faults).toEqual([]);
    expect(await warnings()).toEqual(['PROXY_REFUSED']);
    for (const one of [key, wrong]) expect(said()).not.toContain(one);
  });

  test('comes before the first record', async () => {
    const upstream = await upstreamOf({ sharedKey: key });
    const client = new Speaker(await started(upstream.port, { files: keys }));
    client.say(message('one'));
    await client.closed;
    expect(client.heard.map((one) => (one as unknown[])[0])).toEqual(['HELO']);
    expect(upstream.received).toHaveLength(0);
    expect(await warnings()).toEqual(['PROXY_REFUSED']);
  });

  test('asks for a user where the route names users, and names one where upstream asks', async () => {
    const upstream = await upstreamOf({ sharedKey: key, users: { proxy: password } });
    const files = {
      ...keys,
      'users-file': `other:x\nshop:${wrong}:a\n`,
      'upstream-user-file': `proxy:${password}\n`,
    };
    const port = await started(upstream.port, { files });
    expect(await send(port, key, { username: 'shop', password })).toContain('password mismatch');
    expect(await send(port, key, { username: 'nobody', password: '' })).toContain('password mismatch');
    expect(await send(port, key)).toContain('password mismatch');
    expect(upstream.received).toHaveLength(0);
    expect(await send(port, key, { username: 'shop', password: `${wrong}:a` })).toBe(null);
    expect(upstream.received).toHaveLength(1);
    expect(upstream.faults).toEqual([]);
  });

  test.each([
    ['a wrong key', { 'upstream-shared-key-file': wrong }, 'refused the shared key'],
    ['no key', {}, 'upstream-shared-key-file='],
  ])('that fails with upstream for %s ends the connection without an ack', async (_, files, told) => {
    const upstream = await upstreamOf({ sharedKey: key });
    const client = new Speaker(await started(upstream.port, { files }));
    client.say(message('one'));
    await client.closed;
    expect(client.heard).toEqual([]);
    expect(upstream.received).toHaveLength(0);
    expect(await warnings()).toEqual(['PROXY_BUSY']);
    expect(said()).toContain(told);
  });

  test('of an upstream that only says it knows the key is not believed', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write(encode(['HELO', { nonce: randomBytes(16), auth: '', keepalive: true }]));
      socket.once('data', () => socket.write(encode(['PONG', true, '', 'upstream', wrong.repeat(4)])));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      server.close();
    });
    const files = { 'upstream-shared-key-file': key };
    const client = new Speaker(await started((server.address() as AddressInfo).port, { files }));
    client.say(message('one'));
    await client.closed;
    expect(client.heard).toEqual([]);
    expect(await warnings()).toEqual(['PROXY_BUSY']);
    expect(said()).toContain('does not know the shared key');
  });

  test('is nothing to a heartbeat, which leaves no word in the log', async () => {
    const upstream = await upstreamOf({ sharedKey: key });
    const port = await started(upstream.port, { files: keys });
    for (const end of ['end', 'resetAndDestroy'] as const) {
      const beat = new Speaker(port);
      await beat.hear(1);
      beat.socket[end]();
      await beat.closed;
    }
    expect(await send(port, key)).toBe(null);
    expect(await warnings()).toEqual([]);
    expect(upstream.faults).toEqual([]);
  });
});
