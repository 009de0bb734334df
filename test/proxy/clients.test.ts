import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { PROTOCOLS } from '../../src/formats/protocols.ts';
import type { Target } from '../support/clients/client.ts';
import { DAEMONS } from '../support/clients/daemons.ts';
import { proxyIsBuilt, startProxy } from '../support/clients/proxy.ts';
import { type Minted, mintRecords, readings } from '../support/clients/records.ts';
import { type Client, LIBRARIES } from '../support/clients/register.ts';
import { leaks, seek } from '../support/oracle.ts';
import type { Upstream } from '../support/upstreams/recorder.ts';

/** Records a client sends: several requests or messages of each. */
const COUNT = 35;

/** Puts something between a client and an upstream: gives the port to send to. */
type Through = (upstreamPort: number, client: Client, known: Minted & { token: string }) => Promise<number>;

const direct: Through = async (port) => port;
const proxied: Through = (port, client, { secrets, token }) => {
  const files = Object.fromEntries((client.keyFiles ?? []).map((name) => [name, `${token}\n`]));
  return startProxy({ port, client, secrets, files }, closing);
};

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Sends `COUNT` records with a client; what came is in the upstream, which is closed by then. */
async function deliver(client: Client, through: Through): Promise<{ upstream: Upstream; minted: Minted }> {
  const minted = mintRecords(COUNT);
  const token = randomBytes(18).toString('hex');
  const upstream = await client.start(token);
  let sending: Promise<void> = Promise.resolve();
  // A client that still waits when its test is given up hears of it by the closed upstream, and cleans up.
  closing.push(() => sending.catch(() => {}));
  closing.push(() => upstream.close());
  const port = await through(upstream.port, client, { ...minted, token });
  const arrived = (): Promise<void> => upstream.until(COUNT);
  const target: Target = { host: '127.0.0.1', port, token, arrived };
  sending = client.send(target, minted.records);
  await sending;
  return { upstream, minted };
}

/** Each record once, in the order sent where there is one; nothing else, and nothing malformed. */
function expectOnce(client: Client, { upstream, minted }: { upstream: Upstream; minted: Minted }): void {
  const came = upstream.received.map(({ id }) => id);
  const sent = minted.records.map(({ id }) => id);
  expect(upstream.faults).toEqual([]);
  expect(client.ordered ? came : came.sort()).toEqual(sent);
}

/** Ids of the records whose readings do not hold what `holds` asks of them. */
function failing(
  upstream: Upstream,
  holds: (id: string, read: readonly string[]) => boolean,
): (string | null)[] {
  return upstream.received.filter(({ id, fields }) => !holds(id ?? '', readings(fields))).map(({ id }) => id);
}

const within = (read: readonly string[], text: string): boolean => read.some((one) => one.includes(text));

async function expectUnchanged(client: Client): Promise<void> {
  const delivered = await deliver(client, direct);
  expectOnce(client, delivered);
  const { records } = delivered.minted;
  const unchanged = (id: string, read: readonly string[]): boolean => {
    const { text, fields } = records.find((one) => one.id === id)!;
    // A line may have more around the text; a field's value stands for itself.
    return within(read, text) && readings(fields).every((value) => read.includes(value));
  };
  expect(failing(delivered.upstream, unchanged)).toEqual([]);
}

async function expectRedacted(client: Client): Promise<void> {
  const delivered = await deliver(client, proxied);
  expectOnce(client, delivered);
  const { upstream, minted } = delivered;
  const calm = (id: string, read: readonly string[]): boolean =>
    minted.calm.get(id)!.every((text) => within(read, text));
  expect(failing(upstream, calm)).toEqual([]);
  const sought = Object.values(minted.secrets).map((value) => seek(Buffer.from(value)));
  const read = upstream.received.flatMap(({ fields }) => readings(fields)).join('\n');
  expect([...leaks(upstream.wire(), sought), ...leaks(Buffer.from(read), sought)]).toEqual([]);
}

const proxy = proxyIsBuilt();
const groups = [{ name: 'the libraries', here: true, clients: LIBRARIES }, ...DAEMONS];
for (const { name, here, clients } of groups) {
  const absent = here ? '' : ` (skipped: ${name} is not here; .ci/daemons gets it)`;
  describe.skipIf(!here)(`${name}, straight to the server${absent}`, () => {
    test.each(clients)('$name delivers every record once and unchanged', expectUnchanged);
  });
  const unbuilt = proxy ? absent : ' (skipped: unleak proxy is not built)';
  describe.skipIf(!here || !proxy)(`${name}, through the proxy${unbuilt}`, () => {
    test.each(clients)('$name delivers every record once, without a secret', expectRedacted);
  });
}

test.each(PROTOCOLS)('%s has a client', (kind) => {
  expect(LIBRARIES.some((client) => client.kind === kind)).toBe(true);
});
