import { createFluentSender } from 'fluent-logger';
import type { Send } from './client.ts';

const silent = { info: () => {}, error: () => {} };

/** fluent-logger with acks. Its packed modes say the bytes of the entries in `size`, and `compressed: text`. */
export const sendMode =
  (eventMode: 'Message' | 'PackedForward' | 'CompressedPackedForward', secured = false): Send =>
  async (target, records) => {
    const security = { clientHostname: 'client.bench', sharedKey: target.token };
    const sender = createFluentSender('shop', {
      host: target.host,
      port: target.port,
      eventMode,
      requireAckResponse: true,
      // Milliseconds.
      ackResponseTimeout: 20_000,
      flushInterval: 20,
      enableReconnect: false,
      internalLogger: silent,
      ...(secured ? { security } : {}),
    });
    try {
      await new Promise<void>((done, fail) => {
        let left = records.length;
        sender.on('error', fail);
        for (const { id, text, fields } of records)
          sender.emit('bench', { id, message: text, ...fields }, (problem) => {
            if (problem) fail(problem);
            else if (--left === 0) done();
          });
      });
    } finally {
      sender.end();
    }
  };
