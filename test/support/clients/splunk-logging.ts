import { Logger } from 'splunk-logging';
import { pieces, type Send } from './client.ts';

/** splunk-logging with batches of ten by hand. It says `json` by no content type, and closes each connection. */
export const send: Send = async (target, records) => {
  const logger = new Logger({
    token: target.token,
    url: `http://${target.host}:${target.port}`,
    maxBatchCount: 0,
  });
  for (const part of pieces(records, 10)) {
    for (const { id, text, fields } of part)
      logger.send({
        message: { id, text, ...fields },
        severity: 'info',
        metadata: { source: 'bench', host: 'shop' },
      });
    await new Promise<void>((done, fail) => {
      logger.error = fail;
      logger.flush((problem, _, body) => {
        if (problem !== null) fail(problem);
        else if ((body as { code?: number }).code === 0) done();
        else fail(new Error('Splunk refused a batch'));
      });
    });
  }
};
