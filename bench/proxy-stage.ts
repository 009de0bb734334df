import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { benchMaterial, type EngineSettings } from './engine.ts';
import { flagsOf, MAIN } from './measure-pipe.ts';
import type { Material } from './planted.ts';
import { type BodyProtocol, type ProxyBodies, proxyBodies } from './proxy-bodies.ts';
import { COUNTS_PATH, LEAKS_PATH, type SinkCounts } from './sink-counts.ts';
import type { Workshop } from './workshop.ts';

/** What a request goes through: unleak, unleak with nothing to find, nginx, or nothing. */
export type Via = 'unleak' | 'plain' | 'nginx' | 'straight';

export interface Contestant {
  readonly port: number;
  /** Whose CPU time counts; null where nothing stands between. */
  readonly pid: number | null;
}

const SINK = fileURLToPath(new URL('./proxy-sink.js', import.meta.url));
const SECRETS = 1000;
const FINDS: EngineSettings = { secrets: SECRETS, detectors: 'all', own: false };
/** There is no switch that turns redaction off: no values and no detectors are what comes nearest. */
const FINDS_NOTHING: EngineSettings = { secrets: 0, detectors: 'none', own: false };
const START_LIMIT_MS = 60_000;

/** What the sink calls such bodies. */
export const setName = (protocol: BodyProtocol, size: number): string => `${protocol}-${size}`;

/** Why nginx cannot take part; null when it can. */
export const nginxMissing = (): string | null =>
  spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status === 0
    ? null
    : 'nginx is not installed (apt-get install nginx-light)';

/** The sink, and the proxies before it; each is started when it is first asked for, and runs until `close`. */
export class ProxyStage {
  readonly #children: ChildProcess[] = [];
  readonly #bodies = new Map<string, Promise<ProxyBodies>>();
  readonly #contestants = new Map<string, Promise<Contestant>>();
  /** Contestants that have shown that they find what leaks in these bodies. */
  readonly shown = new Set<string>();
  #sink: Promise<number> | null = null;
  #material: Promise<Material> | null = null;

  /** About `size` bytes a body; 1,000 values leak. */
  bodies(protocol: BodyProtocol, size: number): Promise<ProxyBodies> {
    const set = setName(protocol, size);
    const made = this.#bodies.get(set) ?? this.#make(protocol, size);
    this.#bodies.set(set, made);
    return made;
  }

  contestant(via: Via, protocol: BodyProtocol, workshop: Workshop): Promise<Contestant> {
    const key = `${via} ${protocol}`;
    const started = this.#contestants.get(key) ?? this.#start(via, protocol, workshop);
    this.#contestants.set(key, started);
    return started;
  }

  /** What arrived that way since the last call. */
  async counts(via: Via): Promise<SinkCounts> {
    const answer = await fetch(`http://127.0.0.1:${await this.#sink}${COUNTS_PATH}${via}`);
    return (await answer.json()) as SinkCounts;
  }

  /** Ends every process. */
  close(): void {
    for (const child of this.#children.splice(0)) child.kill('SIGKILL');
    this.#contestants.clear();
    this.#bodies.clear();
    this.shown.clear();
    this.#sink = null;
  }

  async #start(via: Via, protocol: BodyProtocol, workshop: Workshop): Promise<Contestant> {
    const sink = await this.#sinkPort();
    if (via === 'straight') return { port: sink, pid: null };
    if (via === 'nginx') return this.#startNginx(sink, workshop);
    const flags = await flagsOf(via === 'unleak' ? FINDS : FINDS_NOTHING, null, workshop);
    const route = `${protocol} 127.0.0.1:0 http://127.0.0.1:${sink}`;
    const child = this.#spawn(process.execPath, [
      MAIN,
      'proxy',
      ...flags,
      '--log-level',
      'info',
      '--route',
      route,
    ]);
    const said = await firstMatch(child, child.stderr!, /listens on 127\.0\.0\.1:(\d+)/);
    return { port: Number(said), pid: child.pid! };
  }

  /** The sink is told what leaks in them. */
  async #make(protocol: BodyProtocol, size: number): Promise<ProxyBodies> {
    this.#material ??= benchMaterial(SECRETS);
    const made = proxyBodies(protocol, size, await this.#material);
    const url = `http://127.0.0.1:${await this.#sinkPort()}${LEAKS_PATH}${setName(protocol, size)}`;
    await (await fetch(url, { method: 'POST', body: JSON.stringify(made.leaks) })).text();
    return made;
  }

  #sinkPort(): Promise<number> {
    this.#sink ??= this.#startSink();
    return this.#sink;
  }

  async #startSink(): Promise<number> {
    const child = this.#spawn(process.execPath, [SINK]);
    return Number(await firstMatch(child, child.stdout!, /^(\d+)\n/));
  }

  /** One worker, connections to upstream kept, bodies in memory: what nginx does at its best. */
  async #startNginx(sink: number, workshop: Workshop): Promise<Contestant> {
    const port = await freePort();
    const dir = workshop.path('nginx');
    mkdirSync(dir, { recursive: true });
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (what) => `${what}_temp_path ${dir}/${what};`,
    );
    writeFileSync(
      `${dir}/nginx.conf`,
      `daemon off; master_process off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 1024; }
http {
  access_log off; ${temp.join(' ')}
  client_max_body_size 0; client_body_buffer_size 8m; keepalive_requests 1000000;
  upstream sink { server 127.0.0.1:${sink}; keepalive 128; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://sink; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffers 16 64k; }
  }
}
`,
    );
    const child = this.#spawn('nginx', ['-p', dir, '-c', `${dir}/nginx.conf`, '-e', `${dir}/error.log`]);
    for (let waited = 0; !(await answers(port)); waited += 20) {
      if (waited > START_LIMIT_MS || child.exitCode !== null)
        throw new Error(`nginx did not start: ${readFileSync(`${dir}/error.log`, 'utf8')}`);
      await new Promise((done) => setTimeout(done, 20));
    }
    return { port, pid: child.pid! };
  }

  #spawn(command: string, argv: readonly string[]): ChildProcess {
    const child = spawn(command, argv, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '' },
    });
    this.#children.push(child);
    return child;
  }
}

/** The group of the first match in what a process writes; what comes behind it is read and dropped. */
function firstMatch(child: ChildProcess, stream: NodeJS.ReadableStream, wanted: RegExp): Promise<string> {
  return new Promise((found, fail) => {
    let text = '';
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      const match = wanted.exec(text);
      if (match !== null) found(match[1]!);
    });
    child.once('close', (code) => fail(new Error(`it ended with ${code} before it listened: ${text}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}${COUNTS_PATH}`).then(
    () => true,
    () => false,
  );
