import { Client } from '@elastic/elasticsearch';
import { type BenchRecord, pieces, type Send, type Target } from './client.ts';

const INDEX = 'bench';

const documentOf = ({ id, text, fields }: BenchRecord): Record<string, unknown> => ({
  id,
  message: text,
  ...fields,
});

async function using(target: Target, work: (client: Client) => Promise<void>): Promise<void> {
  // No retries: what the server says is what the caller gets.
  const client = new Client({
    node: `http://${target.host}:${target.port}`,
    maxRetries: 0,
    compression: true,
  });
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

/** `client.bulk`, gzipped, ten documents a request. */
export const sendBulk: Send = (target, records) =>
  using(target, async (client) => {
    for (const part of pieces(records, 10)) {
      const operations = part.flatMap((record) => [{ index: { _index: INDEX } }, documentOf(record)]);
      const { errors, items } = await client.bulk({ operations });
      if (errors || items.length !== part.length) throw new Error('a bulk item was refused');
    }
  });

/** `client.helpers.bulk`, which cuts by bytes and answers for every document. */
export const sendBulkHelper: Send = (target, records) =>
  using(target, async (client) => {
    const result = await client.helpers.bulk({
      datasource: records.map(documentOf),
      onDocument: ({ id }) => ({ create: { _index: INDEX, _id: String(id) } }),
      flushBytes: 4_000,
      concurrency: 1,
      retries: 0,
    });
    if (result.successful !== records.length || result.failed > 0) throw new Error('a document was dropped');
  });

/** `client.index`, one document a request. */
export const sendIndex: Send = (target, records) =>
  using(target, async (client) => {
    for (const record of records) {
      const { result } = await client.index({ index: INDEX, document: documentOf(record) });
      if (result !== 'created') throw new Error('a document was not created');
    }
  });
