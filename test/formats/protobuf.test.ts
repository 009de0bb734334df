import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Output } from '../../src/engine/output.ts';
import { BodyError } from '../../src/formats/body.ts';
import { ProtobufBody } from '../../src/formats/protobuf-body.ts';
import { OTLP_LOGS } from '../../src/formats/protobuf-schemas.ts';
import { anyString, attribute, field } from '../support/encode-protobuf.ts';
import { matcherOf } from '../support/redact-stream.ts';

const VALUE = randomBytes(12).toString('hex');
const matcher = matcherOf([{ name: 'db', value: Buffer.from(VALUE) }]);

/** ResourceLogs with one record: text in its body, an attribute and the scope; a trace id and a field nobody knows. */
function request(text: string): Buffer {
  const unknown = field(900, randomFixed);
  const record = Buffer.concat([
    Buffer.from([0x09, 1, 2, 3, 4, 5, 6, 7, 8]),
    field(5, anyString(`body ${text}`)),
    field(6, attribute('password', text)),
    field(9, Buffer.alloc(16, 7)),
    unknown,
  ]);
  const scope = Buffer.concat([field(1, field(1, `scope ${text}`)), field(2, record)]);
  const resource = field(1, attribute('host.name', text));
  return field(1, Buffer.concat([field(1, resource), field(2, scope)]));
}

const randomFixed = randomBytes(9);

function redact(bytes: Uint8Array, step: number): Buffer {
  const body = new ProtobufBody(matcher, OTLP_LOGS, 1 << 20);
  const out = new Output();
  for (let at = 0; at < bytes.length; at += step) body.push(bytes.subarray(at, at + step), out);
  body.end(out);
  return Buffer.from(out.take());
}

test('a value is taken out of every text, and every length around it is true again, however it is cut', () => {
  const sent = Buffer.concat([request(VALUE), request('harmless')]);
  const wanted = Buffer.concat([request('[REDACTED:db]'), request('harmless')]);
  for (const step of [sent.length, 1, 7]) expect(redact(sent, step).equals(wanted)).toBe(true);
});

test('a message without a finding comes out byte for byte', () => {
  const sent = request('harmless words');
  expect(redact(sent, sent.length).equals(sent)).toBe(true);
});

test('a message that is cut short, or whose lengths lie, is refused and nothing else is thrown', () => {
  const sent = request(VALUE);
  for (let end = 1; end < sent.length; end++)
    expect(() => redact(sent.subarray(0, end), sent.length)).toThrow(BodyError);
  for (let at = 0; at < sent.length; at++) {
    const wrong = Buffer.from(sent);
    wrong[at]! ^= 0x55;
    try {
      redact(wrong, wrong.length);
    } catch (error) {
      expect(error).toBeInstanceOf(BodyError);
    }
  }
});

test('values that nest deeper than the limit are refused', () => {
  let value = anyString(VALUE);
  for (let i = 0; i < 100; i++) value = field(5, field(1, value));
  const record = field(2, field(5, value));
  expect(() => redact(field(1, field(2, record)), 1024)).toThrow('deeper');
});
