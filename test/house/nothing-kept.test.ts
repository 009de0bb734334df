import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { mint } from '../../src/engine/detectors/template.ts';
import { SPELLINGS } from '../support/encode.ts';
import { Chance } from '../support/generate-random.ts';
import { type Leak, leaks, seek } from '../support/oracle.ts';

const build = process.env.UNLEAK_BUILD ?? fileURLToPath(new URL('../../dist/', import.meta.url));
const preload = new URL('../support/heap-preload.mjs', import.meta.url).href;

const dir = mkdtempSync(join(tmpdir(), 'unleak-kept-'));
const at = (name: string): string => join(dir, name);
let child: ChildProcess | undefined;
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

// Made anew for every run, and never printed.
const password = randomBytes(15).toString('base64url');
const inDocument = randomBytes(16).toString('hex');
const SECRETS: Readonly<Record<string, string>> = {
  password,
  token: randomBytes(24).toString('hex'),
  'quoted-password': `${randomBytes(9).toString('base64')}"\\/%&'${randomBytes(6).toString('hex')}`,
  'tls.key': `-----BEGIN TEST KEY-----\n${randomBytes(180)
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')}\n-----END TEST KEY-----\n`,
  'config.json': JSON.stringify({ user: 'shop', password: inDocument }),
};
const fromEnv = randomBytes(20).toString('hex');
const CANARY = `canary ${randomBytes(20).toString('hex')}`;

/** What a run leaves behind, by name. */
const left: Record<string, Buffer> = {};
let heap: readonly string[] = [];
/** A credential that only a detector knows. */
let credential = '';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function* leakyLines(): Generator<Buffer> {
  const chance = new Chance(1);
  for (const text of [...Object.values(SECRETS), fromEnv]) {
    const value = Buffer.from(text);
    for (const spelling of SPELLINGS) {
      const spelled = spelling.spell(value, chance);
      if (spelled === null) continue;
      yield Buffer.concat([Buffer.from(`${spelling.name} v= `), spelled, Buffer.from(' ;\n')]);
      yield Buffer.from(`${JSON.stringify({ level: 'info', msg: `x ${spelled.toString()} y` })}\n`);
    }
  }
  yield Buffer.from(`${credential}\n`);
  // A mistyped and a cut value: near misses go through the distance function.
  yield Buffer.from(`login failed for ${password.slice(0, -1)}~ and ${password.slice(0, 12)}...\n`);
}

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) {
    if (child!.exitCode !== null) throw new Error(`ended early with ${child!.exitCode}`);
    await pause(20);
  }
}

beforeAll(async () => {
  const { specs } = await loadDetectors({ builtin: true, select: ['github', 'stripe'], files: [] });
  const minted = mint(specs[0]!.examples[0]!, randomBytes(8).toString('hex'));
  credential = Buffer.from(minted.bytes).toString();
  mkdirSync(at('secrets'));
  for (const [name, text] of Object.entries(SECRETS)) writeFileSync(join(at('secrets'), name), text);
  writeFileSync(at('canary'), CANARY);
  const port = await freePort();
  const flags = [
    '--secrets-dir',
    at('secrets'),
    '--secret-env',
    'LEAKY_VALUE',
    '--ledger',
    at('ledger'),
    '--stats',
    at('stats'),
  ];
  child = spawn(
    process.execPath,
    [
      '--import',
      preload,
      join(build, 'main.js'),
      ...flags,
      '--metrics',
      `127.0.0.1:${port}`,
      '--log-level',
      'debug',
      '--hold',
      '50ms',
    ],
    {
      env: {
        PATH: process.env.PATH ?? '',
        LEAKY_VALUE: fromEnv,
        HEAPTEST_TRIGGER: at('trigger'),
        HEAPTEST_SNAPSHOT: at('snapshot'),
        HEAPTEST_CANARY: at('canary'),
      },
      stdio: 'pipe',
    },
  );
  const parts: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.on('data', (bytes: Buffer) => parts[name].push(bytes));
  for (const line of leakyLines()) child.stdin!.write(line);
  child.stdin!.write('the last line\n');
  await until(() => Buffer.concat(parts.stdout).includes('the last line'));
  left.metrics = Buffer.from(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
  writeFileSync(at('trigger'), '');
  await until(() => existsSync(at('snapshot')));
  const closed = new Promise((done) => child!.once('close', done));
  child.stdin!.end();
  await closed;
  left.stdout = Buffer.concat(parts.stdout);
  left.stderr = Buffer.concat(parts.stderr);
  left.ledger = readFileSync(at('ledger'));
  left.stats = readFileSync(at('stats'));
  heap = JSON.parse(readFileSync(at('snapshot'), 'utf8')).strings;
}, 120_000);

describe('after a run that leaked every value in every spelling', () => {
  test.each(['stdout', 'stderr', 'metrics', 'ledger', 'stats'])('%s holds none of them', (name) => {
    const sought = [...Object.values(SECRETS), fromEnv].map((text) => seek(Buffer.from(text)));
    expect(left[name]!.length).toBeGreaterThan(0);
    const told: Leak[] = leaks(left[name]!, sought);
    expect(told).toEqual([]);
  });

  test.each(['stdout', 'stderr', 'metrics', 'ledger', 'stats'])(
    '%s does not hold the credential a detector found',
    (name) => {
      const token = credential.match(/[\w-]{20,}/)![0];
      expect(left[name]!.includes(token)).toBe(false);
    },
  );

  test('the snapshot of the heap holds strings that are kept, so an empty one cannot pass', () => {
    expect(heap.some((text) => text.includes(CANARY))).toBe(true);
  });

  test.each([...Object.keys(SECRETS), 'the environment'])(
    'no string on the heap holds the value of %s',
    (name) => {
      const text = SECRETS[name] ?? fromEnv;
      const parts = [...text.split('\n'), ...(name === 'config.json' ? [inDocument] : [])];
      const pieces = parts.filter((line) => line.length >= 16 && !line.startsWith('-----'));
      const wanted = pieces.flatMap((line) => [line.slice(0, 16), line.slice(-16)]);
      expect(heap.filter((kept) => wanted.some((piece) => kept.includes(piece))).length).toBe(0);
    },
  );

  test('no string on the heap holds the credential a detector found', () => {
    const token = credential.match(/[\w-]{20,}/)![0];
    expect(heap.some((kept) => kept.includes(token))).toBe(false);
  });
});
