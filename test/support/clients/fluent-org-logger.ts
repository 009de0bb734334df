import { type EventModes, FluentClient } from '@fluent-org/logger';
import { pieces, type Send } from './client.ts';

/** @fluent-org/logger with acks; `secured` does the shared-key handshake first. */
export const sendMode =
  (eventMode: EventModes, secured = false): Send =>
  async (target, records) => {
    const security = { clientHostname: 'client.bench', sharedKey: target.token };
    const client = new FluentClient('shop', {
      eventMode,
      // Milliseconds. Rejects instead of sending again when no ack comes.
      ack: { ackTimeout: 20_000 },
      milliseconds: true,
      socket: { host: target.host, port: target.port, disableReconnect: true },
      disableAutoconnect: true,
      ...(secured ? { security } : {}),
    });
    await client.connect();
    try {
      // All of a piece go in one message, in the modes that take more than one.
      for (const part of pieces(records, 10))
        await Promise.all(
          part.map(({ id, text, fields }) => client.emit('bench', { id, message: text, ...fields })),
        );
    } finally {
      await client.shutdown();
    }
  };
