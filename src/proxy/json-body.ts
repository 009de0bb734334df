import { TextBody } from '../formats/text-body.ts';
import type { MakeBody } from './live-body.ts';

/** JSON values in any number and layout. */
export function jsonBody(maxRecordBytes: number): MakeBody {
  return (matcher) => new TextBody(matcher, { json: 'always', maxRecordBytes });
}

/** Text; a line that looks like JSON stays JSON. */
export function textBody(maxRecordBytes: number): MakeBody {
  return (matcher) => new TextBody(matcher, { json: 'auto', maxRecordBytes });
}
