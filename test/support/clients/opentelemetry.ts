import { OTLPLogExporter as HttpExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { Send } from './client.ts';

/** The OpenTelemetry SDK with a batch processor; bodies go out chunked. */
const sendBy =
  (exporterAt: (url: string) => LogRecordExporter): Send =>
  async (target, records) => {
    const real = exporterAt(`http://${target.host}:${target.port}/v1/logs`);
    let refused: Error | null = null;
    // The SDK keeps an exporter's failures to itself, so they are noted on the way.
    const exporter: LogRecordExporter = {
      export: (logs, done) =>
        real.export(logs, (result) => {
          if (result.code !== 0) refused = result.error ?? new Error('an export failed');
          done(result);
        }),
      forceFlush: () => real.forceFlush(),
      shutdown: () => real.shutdown(),
    };
    const password = records[0]?.fields.password;
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop', 'shop.password': String(password) }),
      processors: [new BatchLogRecordProcessor({ exporter, maxExportBatchSize: 10 })],
    });
    const logger = provider.getLogger('bench', '1.0.0');
    for (const { id, text, fields } of records)
      logger.emit({ severityText: 'INFO', body: text, attributes: { id, ...fields } as never });
    await provider.forceFlush();
    await provider.shutdown();
    if (refused !== null) throw refused;
  };

export const sendJson = sendBy((url) => new HttpExporter({ url }));
export const sendProtobuf = sendBy((url) => new ProtoExporter({ url }));
