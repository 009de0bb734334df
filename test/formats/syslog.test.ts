import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Output } from '../../src/engine/output.ts';
import { SyslogStream } from '../../src/formats/syslog.ts';
import { readSyslogHead } from '../../src/formats/syslog-head.ts';
import { everyCut } from '../support/generate-cuts.ts';
import { MAX_RECORD_BYTES, matcherOf } from '../support/redact-stream.ts';

const VALUE = randomBytes(10).toString('hex');
const matcher = matcherOf([{ name: 'db', value: Buffer.from(VALUE) }]);

/** The output, and for each finding the origin told with it. */
function redact(chunks: readonly Uint8Array[]) {
  const stream = new SyslogStream(matcher, MAX_RECORD_BYTES);
  const out = new Output();
  const told: unknown[] = [];
  const drain = (): void => {
    for (let i = 0; i < stream.findings.length; i++) told.push(stream.origins.at(i));
    stream.findings.clear();
    stream.origins.clear();
  };
  for (const chunk of chunks) {
    stream.push(chunk, out);
    drain();
  }
  stream.end(out);
  drain();
  expect(stream.held).toBe(0);
  return { text: Buffer.from(out.take()).toString(), told };
}

function always(text: string) {
  const bytes = Buffer.from(text);
  const whole = redact([bytes]);
  for (const chunks of everyCut(bytes)) expect(redact(chunks)).toEqual(whole);
  return whole;
}

const message = (host: string): string => `<13>1 2026-01-02T03:04:05Z ${host} api 7 - - ${VALUE}!`;
const origin = (hostname: string) => ({ hostname, 'app-name': 'api' });

test('lines tell the head of the line that a finding begins in, however they are cut', () => {
  const { told } = always(`${message('n1')}\n${message('n2')}\nplain ${VALUE}\n${message('n3')} ${VALUE}\n`);
  expect(told).toEqual([origin('n1'), origin('n2'), null, origin('n3'), origin('n3')]);
});

test('counted messages have true counts again, and tell their own heads', () => {
  const counted = (text: string): string => `${text.length} ${text}`;
  const sent = [message('n1'), message('n2')];
  const { text, told } = always(sent.map(counted).join(''));
  expect(text).toBe(sent.map((one) => counted(one.replace(VALUE, '[REDACTED:db]'))).join(''));
  expect(told).toEqual([origin('n1'), origin('n2')]);
});

test('what begins with a digit and counts nothing is lines', () => {
  for (const head of [
    '2026-01-02 ',
    '12 34 ',
    '7',
    '7 ',
    '12345678 <',
    '0 <',
    '007 <1>',
    '1700000000 <13>',
    '9<',
  ])
    expect(always(`${head}${VALUE}\n${head}x\n`).text).toBe(`${head}[REDACTED:db]\n${head}x\n`);
  for (const text of ['7', '12', '12 ', '']) expect(always(text).text).toBe(text);
});

test('a counted message that is cut short, or followed by what is none, is refused', () => {
  expect(() => redact([Buffer.from('9 <13>')])).toThrow('cut short');
  expect(() => redact([Buffer.from('4 <13>x 4 <13>')])).toThrow('no count');
});

test.each([
  ['<13>1 2026-01-02T03:04:05Z host app 7 ID - text', ['host', 'app']],
  ['<13>1 - - app - - - text', [undefined, 'app']],
  ['<13>1 - host - - - - text', ['host', undefined]],
  ['<34>Oct 11 22:14:15 mymachine su: failed', ['mymachine', 'su']],
  ['<34>Oct  1 22:14:15 fe80::1 sshd[12]: failed', ['fe80::1', 'sshd']],
  ['<34>Oct 11 22:14:15 su[1]: failed', [undefined, 'su']],
  ['<34>2026-01-02T03:04:05.123+01:00 host app[1]: text', ['host', 'app']],
  ['<34>no head: at all', [undefined, undefined]],
  ['Oct 11 22:14:15 mymachine su: no PRI', [undefined, undefined]],
  [`<13>1 - ${'h'.repeat(600)} app - - - text`, [undefined, undefined]],
] as const)('the head of %s', (text, [hostname, app]) => {
  const said = new Map(readSyslogHead(Buffer.from(text)));
  expect([said.get('hostname'), said.get('app-name')]).toEqual([hostname, app]);
});
