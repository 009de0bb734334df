import type { Secret, SecretOrigin } from '../../engine/secret.ts';
import { base64 } from './base64.ts';
import { connectionString } from './connection-string.ts';
import type { DocumentKind } from './document.ts';
import { envFile } from './env-file.ts';
import { htpasswd } from './htpasswd.ts';
import { json } from './json.ts';
import { netrc } from './netrc.ts';
import { npmrc } from './npmrc.ts';
import { Parts } from './parts.ts';
import { pem } from './pem.ts';
import { pgpass } from './pgpass.ts';
import { isSecretName } from './secret-name.ts';
import { url } from './url.ts';
import { yaml } from './yaml.ts';

/** In this order; the first ones are sure of themselves and stop the search. */
export const DOCUMENT_KINDS: readonly DocumentKind[] = [
  json,
  pem,
  yaml,
  base64,
  netrc,
  npmrc,
  envFile,
  pgpass,
  htpasswd,
  connectionString,
  url,
];

/**
 * The whole value as a Secret, and then its sensitive parts, each once and at most 1,000: the caller asks the
 * guard about every one. A malformed document is just the whole value. A part keeps the value's name; its
 * key is its own name (`password`, a JSON member, a variable), because a short part stands beside that in a log.
 * @param value is copied, the caller wipes its own
 */
export function decompose(origin: SecretOrigin, value: Uint8Array): Secret[] {
  const parts = new Parts(origin, value, DOCUMENT_KINDS);
  parts.lookIntoWhole();
  if (isSecretName(origin.key)) parts.encoded('value', origin.key, value);
  return parts.secrets;
}
