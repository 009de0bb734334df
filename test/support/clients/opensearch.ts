import { Client } from '@opensearch-project/opensearch';
import { pieces, type Send } from './client.ts';

/** `client.bulk` of OpenSearch, plain, ten documents a request. */
export const sendBulk: Send = async (target, records) => {
  const client = new Client({ node: `http://${target.host}:${target.port}`, maxRetries: 0 });
  try {
    for (const part of pieces(records, 10)) {
      const body = part.flatMap(({ id, text, fields }) => [
        { index: { _index: 'bench', _id: id } },
        { id, message: text, ...fields },
      ]);
      const { body: answer } = await client.bulk({ body });
      if (answer.errors || answer.items.length !== part.length) throw new Error('a bulk item was refused');
    }
  } finally {
    await client.close();
  }
};
