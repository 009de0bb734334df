import { createServer } from 'node:http';
import { SocketListener } from './socket-listener.ts';

const PLACEHOLDER = '[REDACTED:';

/** An upstream that keeps nothing: for runs too long to record. */
export interface CountingSink {
  readonly port: number;
  requests: number;
  placeholders: number;
  /** Bodies that held one of the values. */
  leaking: number;
  close(): Promise<void>;
}

/** Splunk's HTTP Event Collector as far as a client that only sends can tell; counts, and keeps no body. */
export async function startCountingSink(values: readonly string[]): Promise<CountingSink> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      sink.requests++;
      for (let at = body.indexOf(PLACEHOLDER); at !== -1; at = body.indexOf(PLACEHOLDER, at + 1))
        sink.placeholders++;
      if (values.some((value) => body.includes(value))) sink.leaking++;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"text":"Success","code":0}');
    });
  });
  // Node's own 5 s are close to the proxy's 4 s when the machine is busy: one would close under a request.
  server.keepAliveTimeout = 75_000;
  const listener = new SocketListener(server);
  await listener.up();
  const sink: CountingSink = {
    port: listener.port,
    requests: 0,
    placeholders: 0,
    leaking: 0,
    close: () => listener.down(),
  };
  return sink;
}
