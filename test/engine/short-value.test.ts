import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { FOUND, NONE, type Outcome, UNDECIDED, type Verdict } from '../../src/engine/detectors/detector.ts';
import { shortValueDetector } from '../../src/engine/detectors/short-value.ts';
import { Secret } from '../../src/engine/secret.ts';

const VALUE = `${randomInt(10)}x${randomInt(10)}y${randomInt(10)}`;
const detectorFor = (key: string, value = VALUE) =>
  shortValueDetector(new Secret({ name: `s/${key}`, key, part: '' }, Buffer.from(value)))!;

/** Asks at the first place of any of the detector's keywords, as the scanner does. */
function ask(key: string, text: string, more = false, value = VALUE): [Outcome | null, Verdict, Buffer] {
  const detector = detectorFor(key, value);
  const haystack = Buffer.from(text);
  const verdict: Verdict = { start: -1, end: -1, holdFrom: -1, readTo: 0 };
  const folded = text.toLowerCase();
  for (const keyword of detector.keywords) {
    const start = folded.indexOf(Buffer.from(keyword.bytes).toString());
    if (start === -1) continue;
    const keywordEnd = start + keyword.bytes.length;
    const newline = haystack.indexOf(0x0a, keywordEnd);
    const to = Math.min(newline === -1 ? haystack.length : newline, keywordEnd + detector.after);
    const open = more && to === haystack.length && to < keywordEnd + detector.after;
    const window = { from: start, to, more: open, keywordStart: start, keywordEnd, text: 0 };
    return [detector.verify(haystack, window, verdict), verdict, haystack];
  }
  return [null, verdict, haystack];
}

function finds(key: string, text: string): boolean {
  const [outcome, verdict, haystack] = ask(key, text);
  if (outcome !== FOUND) return false;
  expect(haystack.subarray(verdict.start, verdict.end).toString()).toBe(VALUE);
  return true;
}

test('a short value is found right behind its key, however that is written', () => {
  for (const text of [
    `db-password=${VALUE}`,
    `DB_PASSWORD: ${VALUE}\n`,
    `"dbPassword": "${VALUE}", "x": 1`,
    `{\\"db.password\\":\\"${VALUE}\\"}`,
    `<dbpassword>${VALUE}</dbpassword>`,
    `--db-password ${VALUE} --port 1`,
    `map[DB_PASSWORD:[${VALUE}]]`,
    `"db-password" => '${VALUE}';`,
    `db_password=${VALUE}\nnext`,
  ])
    expect(finds('db-password', text)).toBe(true);
});

test('camel case and file extensions are words of the key too', () => {
  expect(finds('dbPin', `DB_PIN=${VALUE}`)).toBe(true);
  expect(finds('pin-code.txt', `pin_code=${VALUE}`)).toBe(true);
});

test('a part of a token, another value, and a value elsewhere are not found', () => {
  for (const text of [
    `db-password=${VALUE}z`,
    `db-password=${VALUE}_1`,
    `db-password=${VALUE}-1`,
    `db-password=${VALUE}é`,
    `db-password=z${VALUE}`,
    `db-password${VALUE}`,
    `db-password=          ${VALUE}`,
    `db-password is ${VALUE}`,
    `db-password=\n${VALUE}`,
    `db-password=${VALUE.slice(0, -1)}`,
    'db-password=',
    'db-password',
  ])
    expect(ask('db-password', text)[0]).toBe(NONE);
});

test('a value that begins with a separator is found', () => {
  const value = `="${VALUE}`;
  const [outcome, verdict] = ask('pin', `pin="${value}"`, false, value);
  expect(outcome).toBe(FOUND);
  expect(verdict.start).toBe(5);
});

test('white space around the value does not count', () => {
  const [outcome, verdict] = ask('pin', `pin=${VALUE} `, false, ` ${VALUE}\n`);
  expect(outcome).toBe(FOUND);
  expect(verdict.end - verdict.start).toBe(VALUE.length);
});

test('whatever the cut, it is undecided until it can be told, and nothing of the value has left', () => {
  const text = `pin: "${VALUE}"`;
  const start = text.indexOf(VALUE);
  for (let cut = 3; cut <= start + VALUE.length; cut++) {
    const [outcome, verdict] = ask('pin', text.slice(0, cut), true);
    expect(outcome).toBe(UNDECIDED);
    expect(verdict.holdFrom).toBeLessThanOrEqual(Math.min(start, cut));
  }
  expect(ask('pin', text.slice(0, start + VALUE.length + 1), true)[0]).toBe(FOUND);
});

test('without more to come a value at the end of the data is whole', () => {
  expect(ask('pin', `pin=${VALUE}`)[0]).toBe(FOUND);
});

test('a key of fewer than 3 bytes wakes everywhere, so there is no detector', () => {
  expect(shortValueDetector(new Secret({ name: 's/pw', key: 'pw', part: '' }, Buffer.from(VALUE)))).toBe(
    null,
  );
  expect(shortValueDetector(new Secret({ name: 's/pin', key: 'pin', part: '' }, Buffer.from(' \n')))).toBe(
    null,
  );
});
