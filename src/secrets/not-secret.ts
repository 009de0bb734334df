const BEGIN = Buffer.from('-----BEGIN ');
const END = Buffer.from('-----END ');
const PUBLIC_KINDS = ['CERTIFICATE', 'TRUSTED CERTIFICATE', 'X509 CRL', 'PUBLIC KEY', 'RSA PUBLIC KEY'].map(
  (kind) => Buffer.from(`${kind}-----`),
);
const CERTIFICATE_KEY = /\.(crt|cer|der)$/i;
const NAMESPACE_BYTES = 63;
const COLON = 0x3a;
/** A connection URL of these needs user-info or a parameter to hold a password; an `https:` one may be a webhook. */
const CONNECTION_SCHEMES =
  'postgres postgresql mysql mariadb redis rediss mongodb mongodb+srv amqp amqps nats kafka jdbc'
    .split(' ')
    .map((scheme) => Buffer.from(`${scheme}:`));
const LONGEST_SCHEME = Math.max(...CONNECTION_SCHEMES.map(({ length }) => length));

/**
 * Why a value is public whatever the guard thinks, in words for `unleak secrets list`; null when it may be secret.
 * A name alone decides nothing: a private key that stands in `tls.crt` stays a secret.
 * @param key file or variable name @param bytes the whole value
 */
export function notSecretReason(key: string, bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'empty';
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isBlank(view)) return 'only white space';
  if (key === 'namespace' && isDnsLabel(view)) return 'the namespace is not a secret';
  if (isPublicPem(view)) return 'a public certificate or key';
  if (CERTIFICATE_KEY.test(key) && isDerCertificate(view)) return 'a public certificate';
  if (isBareConnectionUrl(view)) return 'a connection URL without a password';
  return null;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0);
}

function isDnsLabel(bytes: Uint8Array): boolean {
  const end = bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length;
  if (end === 0 || end > NAMESPACE_BYTES) return false;
  return bytes
    .subarray(0, end)
    .every((byte) => (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d);
}

/** Blocks of public kinds with white space between them, and nothing else. */
function isPublicPem(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length) {
    const begin = bytes.indexOf(BEGIN, at);
    if (begin === -1) return at > 0 && isBlank(bytes.subarray(at));
    const kindAt = begin + BEGIN.length;
    const kind = PUBLIC_KINDS.find((label) => bytes.subarray(kindAt, kindAt + label.length).equals(label));
    if (kind === undefined || !isBlank(bytes.subarray(at, begin))) return false;
    const end = bytes.indexOf(END, kindAt);
    const after = end + END.length + kind.length;
    if (end === -1 || !bytes.subarray(end + END.length, after).equals(kind)) return false;
    at = after;
  }
  return true;
}

/** A SEQUENCE that begins with a SEQUENCE (the certificate's body); a PKCS#1 or PKCS#8 key begins with an INTEGER. */
function isDerCertificate(bytes: Uint8Array): boolean {
  return bytes[0] === 0x30 && bytes[1] === 0x82 && bytes[4] === 0x30;
}

function isBareConnectionUrl(bytes: Buffer): boolean {
  // Nearly all values are no URL at all.
  const start = bytes.subarray(0, LONGEST_SCHEME);
  const scheme = start.subarray(0, start.indexOf(COLON) + 1);
  if (!CONNECTION_SCHEMES.some((known) => known.equals(scheme))) return false;
  return !['@', '%40', '=', ';'].some((mark) => bytes.includes(mark));
}
