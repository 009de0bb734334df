/** Names that end so are secret, their words written together. */
const ENDINGS = [
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'secretkey',
  'privatekey',
  'accountkey',
  'encryptionkey',
  'signingkey',
  'masterkey',
  'sharedkey',
  'authkey',
  'licensekey',
  'clientkey',
  'userpass',
  'basicauth',
];
/** Last words that are secret alone. */
const WORDS = new Set(
  'pass pwd pw auth authorization sig signature hmac jwt pin otp totp psk creds cred credential credentials cookie mnemonic salt pepper'.split(
    ' ',
  ),
);
/** Words ahead of `key` that make it a name of something public. */
const PUBLIC_KEYS = new Set(
  'public pub foreign primary sort partition cache object row index map host'.split(' '),
);
/** Last words that leave the meaning to the word before: `password_old`, `client-key-data`, `TOKEN_2`. */
const QUALIFIERS = new Set(
  'old new current previous prev next prod production dev staging test value raw plain text encoded b64 base64 data hash bytes string pem rw ro read write'.split(
    ' ',
  ),
);
const NUMBER = /^v?\d+$/;
const LONGEST = 256;

/** The words of `clientSecret`, `CLIENT_SECRET`, `client-secret`, `client.secret`, in lower case. */
function wordsOf(name: string): string[] {
  return name
    .slice(-LONGEST)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** The words with qualifiers and a plural's `s` taken off the end. */
function tellingWords(name: string): string[] {
  const words = wordsOf(name);
  while (words.length > 1 && (QUALIFIERS.has(words.at(-1)!) || NUMBER.test(words.at(-1)!))) words.pop();
  const last = words.at(-1) ?? '';
  if (/(password|secret|token|key|cookie)s$/.test(last)) words[words.length - 1] = last.slice(0, -1);
  return words;
}

/**
 * True when a name says that what it names is secret: `db_password`, `clientSecret`, `X-Api-Key`. Names of
 * things about a secret are not: `token_url`, `secretName`, `key_id`, `password_file`.
 */
export function isSecretName(name: string): boolean {
  const words = tellingWords(name);
  const last = words.at(-1);
  if (last === undefined) return false;
  if (WORDS.has(last)) return true;
  const before = words.at(-2);
  if (last === 'key') return before !== undefined && !PUBLIC_KEYS.has(before);
  const joined = words.join('');
  return ENDINGS.some((ending) => joined.endsWith(ending));
}

/** `passwords`, `tokens`, `apiKeys`: what stands in such an object or list is secret under any name. */
export function isSecretCollection(name: string): boolean {
  return /(password|token|key)s$/i.test(name) && isSecretName(name);
}

/** `client-key-data`, `*_b64`, npm's `_password`: the value may be base64 of the secret. */
export function holdsBase64(name: string): boolean {
  const words = wordsOf(name);
  return name === '_password' || words.some((word) => word === 'b64' || word === 'base64' || word === 'data');
}

/** `auth` of a docker config, npm's `_auth`, `BASIC_AUTH`: `user:password`, mostly in base64. */
export function holdsUserAndPassword(name: string): boolean {
  const last = wordsOf(name).at(-1);
  return last === 'auth' || last === 'basicauth' || last === 'userpass' || last === 'credentials';
}

/** `CREDENTIALS`, `PRIVATE_KEY`, `COOKIE`: such variables often hold the name of a file. */
export function mayNameFile(name: string): boolean {
  return /(credentials?|key|cookie|auth)$/i.test(name);
}
