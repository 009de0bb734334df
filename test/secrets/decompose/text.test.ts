import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { minted, partsOf, textsOf } from './parts-of.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('the password of a URL is taken, raw and percent-decoded', () => {
  const [a, b] = [minted(), minted()];
  expect(partsOf(`postgres://app:${a}@db.shop:5432/orders?sslmode=require`)).toEqual([
    { part: 'url-password', key: 'password', text: a },
  ]);
  expect(textsOf(`amqps://app:${a}%40%2f${b}@mq/%2f`)).toEqual([`${a}%40%2f${b}`, `${a}@/${b}`]);
  expect(textsOf(`redis://:${a}@cache:6379/0`)).toEqual([a]);
  expect(textsOf(`mongodb+srv://u:${a}@h1,h2,h3/db?replicaSet=r`)).toEqual([a]);
  expect(textsOf(`jdbc:postgresql://db/app?user=x&password=${a}&ssl=true`)).toEqual([a]);
});

test('raw @, /, ? and : in a password stay in it', () => {
  const a = minted();
  expect(textsOf(`mysql://u:${a}@x:y@db:3306/app`)).toEqual([`${a}@x:y`]);
  expect(textsOf(`mysql://u:${a}/x?y@db:3306/app`)).toEqual([`${a}/x?y`]);
});

test('a token in the place of the user is taken', () => {
  const a = minted(12);
  expect(textsOf(`https://${a}@git.example/x.git`)).toEqual([a]);
  expect(textsOf(`https://${a}:x-oauth-basic@git.example/x.git`)).toEqual([a]);
  expect(textsOf('ssh://git@git.example/x.git')).toEqual([]);
});

test('every URL of a text is read, and those without a password give nothing', () => {
  const [a, b] = [minted(), minted()];
  expect(textsOf(`https://u:${a}@one.example\nhttps://v:${b}@two.example\n`)).toEqual([a, b]);
  expect(textsOf('https://example.com:8443/a/b?x=1#y')).toEqual([]);
});

test('query parameters with secret names are taken', () => {
  const a = minted();
  expect(textsOf(`https://x.example/cb?state=1&access_token=${a}%3D&x=2`)).toEqual([`${a}%3D`, `${a}=`]);
});

test('connection strings give their passwords and keys, quoted ones too', () => {
  const a = minted();
  expect(textsOf(`Server=db,1433;Database=x;User Id=sa;Password=${a};Encrypt=true`)).toEqual([a]);
  expect(textsOf(`Driver={ODBC 18};Server=x;Uid=sa;Pwd={${a};x}`)).toEqual([`${a};x`]);
  expect(
    textsOf(`DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${a}==;EndpointSuffix=core`),
  ).toEqual([`${a}==`]);
  expect(textsOf(`jdbc:sqlserver://db:1433;user=sa;password=${a};encrypt=true`)).toEqual([a]);
  expect(textsOf(`cache:6380,password=${a},ssl=True`)).toEqual([a]);
  expect(textsOf(`host=db user=app password='${a} x' dbname=y`)).toContain(`${a} x`);
  expect(textsOf(`app:${a}@tcp(db:3306)/orders?parseTime=true`)).toEqual([a]);
  expect(textsOf(`jdbc:oracle:thin:scott/${a}@//db:1521/x`)).toEqual([a]);
  expect(textsOf(`?sv=2022-11-02&se=2030&sig=${a}%3D`)).toContain(`${a}=`);
});

test('values of .env lines are taken by their names', () => {
  const [a, b, c, d] = [minted(), minted(), minted(), minted()];
  const parts = partsOf(
    `# comment\nexport DB_PASSWORD=${a}\nLOG_LEVEL=info\nAPI_TOKEN="${b}"\r\nspring.mail.password = ${c}\nURL=https://u:${d}@x/\nTOKEN_URL=https://x.example/t\n`,
  );
  expect(parts.map((part) => part.text)).toEqual([a, b, c, d]);
  expect(parts[0]).toMatchObject({ part: 'env:DB_PASSWORD', key: 'DB_PASSWORD' });
});

test('comments behind a value, escapes and quoted values of several lines are read', () => {
  const [a, b] = [minted(), minted()];
  expect(textsOf(`A_SECRET=${a} # rotate me\n`)).toContain(a);
  expect(textsOf(`A_SECRET="${a}\\n\\"${b}"\n`)).toContain(`${a}\n"${b}`);
  expect(textsOf(`A_SECRET='${a}\n${b}'\nB=1\n`)).toEqual([`${a}\n${b}`]);
});

test('AWS credentials files give the secret key', () => {
  const a = minted(19);
  expect(
    textsOf(`[default]\naws_access_key_id = ${minted()}\naws_secret_access_key = ${a}\nregion = us-east-1\n`),
  ).toEqual([a]);
});

test('the name of a file is not a secret', () => {
  expect(textsOf('GOOGLE_APPLICATION_CREDENTIALS=/var/run/secrets/key.json\n')).toEqual([]);
});

test('.netrc gives its passwords', () => {
  const [a, b] = [minted(), minted()];
  expect(textsOf(`machine one login me password ${a}\nmachine two\n  login me\n  password ${b}\n`)).toEqual([
    a,
    b,
  ]);
});

test('.npmrc gives tokens, and what its base64 holds', () => {
  const [a, b, c] = [minted(), minted(), minted()];
  expect(
    textsOf(
      `registry=https://r.example/\n//r.example/:_authToken=${a}\n//r.example/:_auth=${base64(`me:${b}`)}\n//r.example/:_password=${base64(c)}\n`,
    ),
  ).toEqual([a, base64(`me:${b}`), `me:${b}`, b, base64(c), c]);
});

test('.pgpass gives its passwords, escaped and not', () => {
  const a = minted();
  expect(textsOf(`# hosts\ndb:5432:*:app:${a}\\:x\n*:*:*:*:${a}\n`)).toEqual([`${a}\\:x`, `${a}:x`, a]);
});

test('htpasswd gives its hashes', () => {
  const hash = `$apr1$${minted(4)}$${minted()}`;
  expect(textsOf(`me:${hash}\nyou:{SHA}${base64(minted())}\n`)[0]).toBe(hash);
});

test('a pair of user and password is parted where the key says that it is one', () => {
  const a = minted();
  expect(textsOf(`me:${a}`, 'BASIC_AUTH')).toEqual([a]);
  expect(textsOf(base64(`me:${a}`), 'auth')).toContain(a);
  expect(textsOf(`me:${a}`, 'note')).toEqual([]);
});

test('binary and plain values give no parts', () => {
  for (let i = 0; i < 200; i++) expect(partsOf(randomBytes(1 + i * 7)).length).toBe(0);
  for (const text of [
    '',
    '\n',
    minted(),
    'correct horse battery staple',
    '{',
    '://',
    ';=;',
    ':::::',
    '"',
    '=',
    '-----BEGIN ',
  ])
    expect(textsOf(text)).toEqual([]);
});

test('what reads as a password by chance inside a binary value is no part; a stray control byte makes no text binary', () => {
  const line = `\nDB_PASSWORD=${minted()}\n`;
  expect(textsOf(Buffer.concat([randomBytes(2000).map((byte) => byte & 0x8f), Buffer.from(line)]))).toEqual(
    [],
  );
  expect(textsOf(`\x07${line}`)).toHaveLength(1);
});
