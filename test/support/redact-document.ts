import type { DocumentOptions } from '../../src/engine/document.ts';
import type { Matcher } from '../../src/engine/matcher.ts';
import { Output } from '../../src/engine/output.ts';
import { StreamRedactor } from '../../src/engine/stream-redactor.ts';
import { MAX_RECORD_BYTES, type Redacted } from './redact-stream.ts';

export interface DocumentParts {
  readonly maxRecordBytes?: number;
  readonly document?: DocumentOptions;
}

/** The whole way of a document through the engine, and the most that was held on it. */
export function redactDocument(
  matcher: Matcher,
  chunks: readonly Uint8Array[],
  parts: DocumentParts = {},
): Redacted & { held: number } {
  const { maxRecordBytes = MAX_RECORD_BYTES, document } = parts;
  const redactor = new StreamRedactor(matcher, {
    json: 'document',
    maxRecordBytes,
    ...(document === undefined ? {} : { document }),
  });
  const out = new Output(4_096);
  const left: Buffer[] = [];
  let held = 0;
  for (const chunk of chunks) {
    const copy = Buffer.from(chunk);
    redactor.push(copy, out);
    copy.fill(0x7e);
    left.push(Buffer.from(out.take()));
    held = Math.max(held, redactor.held);
  }
  redactor.end(out);
  left.push(Buffer.from(out.take()));
  const { findings, records } = redactor;
  const told = Array.from(
    { length: findings.length },
    (_, at) => `${findings.rule(at)}:${findings.spelling(at)}:${findings.bytes(at)}`,
  );
  return { bytes: Buffer.concat(left), findings: told, records, held };
}
