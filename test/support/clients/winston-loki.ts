import winston from 'winston';
import LokiTransport from 'winston-loki';
import type { Send } from './client.ts';

/** winston-loki: a line of text with JSON behind it. Protobuf in a snappy block, or JSON with structured metadata. */
const sendAs =
  (json: boolean): Send =>
  async (target, records) => {
    let refused: unknown = null;
    const transport = new LokiTransport({
      host: `http://${target.host}:${target.port}`,
      labels: { app: 'shop' },
      json,
      // Seconds. The library flushes on its beat, and waits a minute after a failure.
      interval: 0.02,
      gracefulShutdown: false,
      onConnectionError: (problem) => {
        refused = problem;
      },
    });
    const logger = winston.createLogger({ transports: [transport] });
    const logged = new Promise<void>((done) => {
      let count = 0;
      transport.on('logged', () => {
        if (++count === records.length) done();
      });
    });
    for (const { id, text, fields } of records) logger.info({ message: text, id, ...fields });
    await logged;
    await transport.close();
    logger.close();
    if (refused !== null) throw refused;
  };

export const sendProtobuf = sendAs(false);
export const sendJson = sendAs(true);
