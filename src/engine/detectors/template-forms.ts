/** Encodes what stands inside a form; `body` is null when the template gives none. Draws from `draw` in [0, 1). */
export type TextForm = (body: Uint8Array | null, draw: () => number) => Uint8Array;

const EMPTY = new Uint8Array(0);

function over(encode: (body: Buffer) => string): TextForm {
  return (body) => Buffer.from(encode(Buffer.from(body ?? EMPTY)), 'latin1');
}

const percent = (body: Buffer): string =>
  body
    .toString('latin1')
    .replace(
      /[^A-Za-z0-9_.~-]/g,
      (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
    );

const base64url = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

/** A JWT with HS256 and a drawn signature; RFC 7519. */
const jwt: TextForm = (body, draw) => {
  const random = (count: number): Buffer =>
    Buffer.from(Array.from({ length: count }, () => Math.floor(draw() * 256)));
  const claims =
    body === null
      ? `{"sub":"${random(6).toString('hex')}","iat":${1_700_000_000 + Math.floor(draw() * 1e7)}}`
      : Buffer.from(body);
  const parts = [base64url('{"alg":"HS256","typ":"JWT"}'), base64url(claims), base64url(random(32))];
  return Buffer.from(parts.join('.'), 'latin1');
};

/** Lines of base64 as in a PEM body: 64 to a line; the form's text is the number of lines, 6 when it gives none. */
const pemBody: TextForm = (body, draw) => {
  const lines = body === null ? 6 : Number(Buffer.from(body).toString('latin1'));
  const bytes = Array.from({ length: 48 * lines - 9 }, () => Math.floor(draw() * 256));
  return Buffer.from(
    Buffer.from(bytes)
      .toString('base64')
      .replace(/(.{64})(?=.)/g, '$1\n'),
    'latin1',
  );
};

/** The register: the word in a template to its form. */
export const TEXT_FORMS: ReadonlyMap<string, TextForm> = new Map<string, TextForm>([
  ['base64', over((body) => body.toString('base64'))],
  ['base64url', over(base64url)],
  ['hex', over((body) => body.toString('hex'))],
  ['percent', over(percent)],
  ['json', over((body) => JSON.stringify(body.toString('latin1')).slice(1, -1))],
  ['jwt', jwt],
  ['pem-body', pemBody],
]);
