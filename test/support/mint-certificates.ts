import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of a pair for 127.0.0.1, and the certificate of the authority that signed it. */
export interface Certificates {
  readonly cert: string;
  readonly key: string;
  readonly caFile: string;
  readonly ca: Buffer;
  /** The contents of `cert` and `key`. */
  readonly pair: { readonly cert: Buffer; readonly key: Buffer };
}

/** A new authority and a pair of its own, by the system's openssl; they go when `closing` runs. */
export function mintCertificates(closing: (() => Promise<void>)[]): Certificates {
  const dir = mkdtempSync(join(tmpdir(), 'unleak-certificates-'));
  closing.push(async () => rmSync(dir, { recursive: true, force: true }));
  const at = (name: string): string => join(dir, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-days',
    '1',
    '-subj',
    '/CN=authority',
  );
  openssl('req', ...newKey, '-keyout', at('key.pem'), '-out', at('request.pem'), '-subj', '/CN=unleak');
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1');
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '1'];
  openssl(
    'x509',
    '-req',
    '-in',
    at('request.pem'),
    '-out',
    at('cert.pem'),
    '-extfile',
    at('names'),
    ...signed,
  );
  return {
    cert: at('cert.pem'),
    key: at('key.pem'),
    caFile: at('ca.pem'),
    ca: readFileSync(at('ca.pem')),
    pair: { cert: readFileSync(at('cert.pem')), key: readFileSync(at('key.pem')) },
  };
}
