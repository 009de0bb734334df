import { JsonDocumentRedactor } from '../formats/json-document.ts';
import { TextBody } from '../formats/text-body.ts';
import type { MakeBody } from './live-body.ts';

/** Fields that no detector may touch: ids that only look like credentials (OTLP's JSON names). */
const IDS: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId']);

/** JSON values in any number, size and layout; `bulk`: action lines stand between them, where detectors look away. */
export function jsonBody(maxRecordBytes: number, bulk = false): MakeBody {
  return (matcher) => new JsonDocumentRedactor(matcher, { maxRecordBytes, protect: IDS, bulk });
}

/** Text; a line that looks like JSON stays JSON. */
export function textBody(maxRecordBytes: number): MakeBody {
  return (matcher) => new TextBody(matcher, { json: 'auto', maxRecordBytes });
}
