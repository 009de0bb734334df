import { type JsonDocumentOptions, JsonDocumentRedactor } from '../formats/json-document.ts';
import { TextBody, type TextOrigins } from '../formats/text-body.ts';
import type { MakeBody } from './live-body.ts';

/** Fields that no detector may touch: ids that only look like credentials (OTLP's JSON names). */
const IDS: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId']);

/** What else is known of a body's JSON: where it says its origins, and that it is a `_bulk`. */
export type JsonBodyOptions = Omit<JsonDocumentOptions, 'maxRecordBytes' | 'protect'>;

/** JSON values in any number, size and layout. */
export function jsonBody(maxRecordBytes: number, options: JsonBodyOptions = {}): MakeBody {
  return (matcher) => new JsonDocumentRedactor(matcher, { ...options, maxRecordBytes, protect: IDS });
}

/** Text; a line that looks like JSON stays JSON. */
export function textBody(maxRecordBytes: number, origins: TextOrigins = {}): MakeBody {
  return (matcher) => new TextBody(matcher, { json: 'auto', maxRecordBytes }, origins);
}
