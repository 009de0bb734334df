import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A DER element: tag, length, content. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const SEQUENCE = 0x30;
const SET = 0x31;
const OBJECT_ID = 0x06;
const OCTETS = 0x04;
const ids = (hex: string): Buffer => der(OBJECT_ID, Buffer.from(hex, 'hex'));
/** ecdsa-with-SHA256 (RFC 5758), commonName (RFC 5280), subjectAltName and basicConstraints. */
const ECDSA_SHA256 = der(SEQUENCE, ids('2a8648ce3d040302'));
const COMMON_NAME = ids('550403');
const ALT_NAME = ids('551d11');
const CONSTRAINTS = ids('551d13');

export interface Minted {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** To sign others with. */
  readonly name: string;
  readonly secret: KeyObject;
}

const named = (name: string): Buffer =>
  der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(name)))));

const newYear = (year: number): Buffer =>
  der(0x17, Buffer.from(`${String(year % 100).padStart(2, '0')}0101000000Z`));

/**
 * A certificate for 127.0.0.1, made anew for every run (RFC 5280); no openssl is needed.
 * @param issuer who signs it; left out: it is an authority, and signs itself
 */
export function mintCertificate(name: string, issuer?: Minted): Minted {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const altName = der(SEQUENCE, der(0x87, Buffer.from([127, 0, 0, 1])));
  const isCa = der(SEQUENCE, ...(issuer === undefined ? [der(0x01, Buffer.from([0xff]))] : []));
  const extensions = der(
    SEQUENCE,
    der(SEQUENCE, ALT_NAME, der(OCTETS, altName)),
    der(SEQUENCE, CONSTRAINTS, der(OCTETS, isCa)),
  );
  const serial = randomBytes(8);
  serial[0] = 1;
  const toSign = der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ECDSA_SHA256,
    named(issuer?.name ?? name),
    der(SEQUENCE, newYear(2020), newYear(2049)),
    named(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toSign, issuer?.secret ?? privateKey));
  const base64 = der(SEQUENCE, toSign, ECDSA_SHA256, signature).toString('base64');
  const kind = 'CERTIFICATE';
  const cert = `-----BEGIN ${kind}-----\n${base64.match(/.{1,64}/g)!.join('\n')}\n-----END ${kind}-----\n`;
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { cert, key, name, secret: privateKey };
}
