import fc from 'fast-check';
import { describe, test } from 'vitest';
import { Output } from '../../src/engine/output.ts';
import { BodyError, type BodyRedactor } from '../../src/formats/body.ts';
import { ForwardStream } from '../../src/formats/forward.ts';
import { ProtobufBody } from '../../src/formats/protobuf-body.ts';
import { LOKI_PUSH, OTLP_LOGS } from '../../src/formats/protobuf-schemas.ts';
import { SyslogDatagrams, SyslogStream } from '../../src/formats/syslog.ts';
import { gzipPacker } from '../../src/proxy/encodings.ts';
import { jsonBody } from '../../src/proxy/json-body.ts';
import type { MakeBody } from '../../src/proxy/live-body.ts';
import { cases, PATIENCE, SEED } from '../campaigns/size.ts';
import { cutAt } from '../support/generate-cuts.ts';
import { drawPlanted, type Planted } from '../support/generate-documents.ts';
import { Chance } from '../support/generate-random.ts';
import { keepsTheRest, strayChange } from '../support/json-lexer.ts';
import { leaks, type Sought, seek } from '../support/oracle.ts';
import { MAX_RECORD_BYTES, matcherOf, named } from '../support/redact-stream.ts';
import { drawText, JSON_BODIES } from './generate-bodies.ts';
import { drawForward, forwardLeaves } from './generate-forward.ts';
import { drawProtobuf, LOKI_SPEC, type MessageSpec, OTLP_SPEC, protobufLeaves } from './generate-protobuf.ts';

/** In all, over every wire, whole and broken messages each. */
const CASES = cases(3_000, 100_000);
const SETS = cases(12, 400);

/** A protocol's body: how one is made, and what is wrong with an output; it quotes nothing of either. */
interface Wire {
  readonly name: string;
  readonly make: MakeBody;
  draw(chance: Chance, planted: Planted): Buffer;
  compare(before: Buffer, after: Buffer): string | null;
  /** The texts of an output, for the oracle. */
  texts(after: Buffer): Buffer;
}

const jsonWire = (name: string): Wire => ({
  name: `${name}, JSON`,
  make: jsonBody(MAX_RECORD_BYTES, { bulk: name === 'elasticsearch' }),
  draw: (chance, planted) => Buffer.from(JSON_BODIES[name]!(chance, planted)),
  compare(before, after) {
    try {
      return strayChange(before.toString(), after.toString());
    } catch (cause) {
      if (cause instanceof SyntaxError) return 'it is JSON no longer';
      throw cause;
    }
  },
  texts: (after) => after,
});

interface Leaf {
  readonly path: string;
  readonly text: boolean;
  readonly bytes: Buffer;
}

/** A binary wire, compared leaf by leaf. */
const leafWire = (
  name: string,
  make: MakeBody,
  draw: Wire['draw'],
  leavesOf: (bytes: Buffer) => readonly Leaf[] | null,
): Wire => ({
  name,
  make,
  draw,
  compare(before, after) {
    const [was, is] = [leavesOf(before)!, leavesOf(after)];
    if (is === null) return 'it is no message any longer';
    if (was.length !== is.length) return `${was.length} fields became ${is.length}`;
    for (const [at, leaf] of was.entries()) {
      const other = is[at]!;
      if (leaf.path !== other.path) return `field ${leaf.path} became ${other.path}`;
      if (leaf.bytes.equals(other.bytes)) continue;
      if (!leaf.text) return `field ${leaf.path}, no text, changed`;
      if (!keepsText(leaf.bytes.toString(), other.bytes.toString()))
        return `field ${leaf.path} changed outside a placeholder`;
    }
    return null;
  },
  texts: (after) =>
    Buffer.concat(
      leavesOf(after)!.flatMap(({ text, bytes }) => (text ? [bytes, Buffer.from('\n\0\n')] : [])),
    ),
});

const protobufWire = (name: string, make: MakeBody, spec: MessageSpec): Wire =>
  leafWire(
    `${name}, protobuf`,
    make,
    (chance, planted) => drawProtobuf(spec, chance, () => Buffer.from(drawText(chance, planted))),
    (bytes) => protobufLeaves(bytes, spec),
  );

const FORWARD = {
  maxRecordBytes: MAX_RECORD_BYTES,
  maxBodyBytes: MAX_RECORD_BYTES,
  gzip: gzipPacker(MAX_RECORD_BYTES),
};
const forwardWire = leafWire(
  'forward',
  (matcher) => new ForwardStream(matcher, FORWARD),
  (chance, planted) => drawForward(chance, () => drawText(chance, planted)),
  forwardLeaves,
);

function keepsText(before: string, after: string): boolean {
  if (keepsTheRest(before, after)) return true;
  try {
    return strayChange(before, after) === null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return false;
    throw cause;
  }
}

const HEADER = '<133>1 2026-01-02T03:04:05Z vm app - - - ';

/** Messages with their octets counted (RFC 6587), or one a line. */
const syslogWire = (counted: boolean): Wire => ({
  name: counted ? 'syslog, counted' : 'syslog, lines',
  make: (matcher) => new SyslogStream(matcher, MAX_RECORD_BYTES),
  draw(chance, planted) {
    const messages = Array.from({ length: chance.between(1, 4) }, () => {
      const text = `${HEADER}${drawText(chance, planted)}`;
      if (!counted) return `${text.replaceAll('\n', ' ')}\n`;
      return `${Buffer.byteLength(text)} ${text}`;
    });
    return Buffer.from(messages.join(''));
  },
  compare(before, after) {
    const [was, is] = [messagesOf(before, counted)!, messagesOf(after, counted)];
    if (is === null) return 'a count is wrong';
    if (was.length !== is.length) return `${was.length} messages became ${is.length}`;
    const wrong = was.findIndex((text, at) => text !== is[at] && !keepsTheRest(text, is[at]!));
    return wrong === -1 ? null : `message ${wrong} changed outside a placeholder`;
  },
  texts: (after) => after,
});

function messagesOf(bytes: Buffer, counted: boolean): string[] | null {
  if (!counted) return bytes.toString().split('\n');
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const count = /^(\d+) /.exec(bytes.toString('latin1', at, at + 9));
    if (count === null) return null;
    const from = at + count[0].length;
    at = from + Number(count[1]);
    if (at > bytes.length) return null;
    messages.push(bytes.toString('utf8', from, at));
  }
  return messages;
}

const WIRES: readonly Wire[] = [
  ...Object.keys(JSON_BODIES).map(jsonWire),
  protobufWire('otlp', (matcher) => new ProtobufBody(matcher, OTLP_LOGS, MAX_RECORD_BYTES), OTLP_SPEC),
  protobufWire('loki', (matcher) => new ProtobufBody(matcher, LOKI_PUSH, MAX_RECORD_BYTES), LOKI_SPEC),
  forwardWire,
  syslogWire(true),
  syslogWire(false),
];

interface Set {
  readonly planted: Planted;
  readonly matcher: ReturnType<typeof matcherOf>;
  readonly sought: readonly Sought[];
}

const sets = new Map<number, Set>();
function setOf(at: number): Set {
  const known = sets.get(at);
  if (known !== undefined) return known;
  const planted = drawPlanted(new Chance(SEED + at), 6);
  const matcher = matcherOf(named([...planted.values]), { wasm: at % 2 === 0, near: at % 4 > 1 });
  const made = { planted, matcher, sought: planted.values.map(seek) };
  sets.set(at, made);
  return made;
}

interface Outcome {
  readonly bytes: Buffer;
  /** Null when the body was taken to its end. */
  readonly fault: BodyError['kind'] | null;
}

/** Any error but BodyError is the test's. */
function redact(redactor: BodyRedactor, chunks: readonly Uint8Array[]): Outcome {
  const out = new Output(64);
  const left: Buffer[] = [];
  try {
    for (const chunk of chunks) {
      const copy = Buffer.from(chunk);
      redactor.push(copy, out);
      copy.fill(0x7e);
      left.push(Buffer.from(out.take()));
    }
    redactor.end(out);
    left.push(Buffer.from(out.take()));
    return { bytes: Buffer.concat(left), fault: null };
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return { bytes: Buffer.concat(left), fault: error.kind };
  }
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const cuts = fc.oneof(fc.array(share, { maxLength: 6 }), fc.array(share, { minLength: 20, maxLength: 60 }));
const drawn = fc.record({ set: fc.nat(SETS - 1), seed: fc.nat(), cuts });
const accidents = fc.array(
  fc.record({
    kind: fc.constantFrom('cut', 'flip', 'lose', 'splice', 'double'),
    at: share,
    from: share,
    byte: fc.integer({ min: 1, max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
);

const cutBy = (bytes: Buffer, shares: readonly number[]): Uint8Array[] =>
  cutAt(
    bytes,
    shares.map((one) => Math.floor(one * bytes.length)),
  );

function broken(bytes: Buffer, what: typeof accidents extends fc.Arbitrary<infer T> ? T : never): Buffer {
  let now = Buffer.from(bytes);
  for (const { kind, at, from, byte } of what) {
    const [here, there] = [Math.floor(at * now.length), Math.floor(from * now.length)];
    const [head, rest] = [now.subarray(0, here), now.subarray(here)];
    if (kind === 'cut') now = Buffer.from(head);
    else if (kind === 'lose') now = Buffer.concat([head, rest.subarray(1 + (byte & 7))]);
    else if (kind === 'splice') now = Buffer.concat([head, now.subarray(there)]);
    else if (kind === 'double') now = Buffer.concat([head, rest.subarray(0, byte), rest]);
    else if (rest.length > 0) {
      now = Buffer.from(now);
      now[here]! ^= byte;
    }
  }
  return now;
}

/** What is wrong, as an error that quotes nothing. */
function tell(what: string | null): void {
  if (what !== null) throw new Error(what);
}

describe.each(WIRES)('$name', (wire) => {
  const runs = { numRuns: Math.ceil(CASES / WIRES.length / 2) };
  test(
    'a valid message stays one, without a secret, however it is cut',
    () => {
      fc.assert(
        fc.property(drawn, (one) => {
          const { planted, matcher, sought } = setOf(one.set);
          const message = wire.draw(new Chance(one.seed), planted);
          const whole = redact(wire.make(matcher), [message]);
          tell(whole.fault === null ? null : `it was refused as ${whole.fault}`);
          tell(wire.compare(message, whole.bytes));
          const found = leaks(wire.texts(whole.bytes), sought);
          tell(found.length === 0 ? null : `s${found[0]!.secret} readable as ${found[0]!.spelling}`);
          const pieces = redact(wire.make(matcher), cutBy(message, one.cuts));
          tell(pieces.bytes.equals(whole.bytes) ? null : 'the output depends on the cut');
        }),
        runs,
      );
    },
    PATIENCE,
  );

  test(
    'a broken one is redacted or refused, alike however it is cut',
    () => {
      fc.assert(
        fc.property(drawn, accidents, (one, what) => {
          const { planted, matcher } = setOf(one.set);
          const message = broken(wire.draw(new Chance(one.seed), planted), what);
          const whole = redact(wire.make(matcher), [message]);
          const pieces = redact(wire.make(matcher), cutBy(message, one.cuts));
          tell(whole.fault === pieces.fault ? null : `${whole.fault} or ${pieces.fault}, by the cut`);
          const [few, many] = [whole.bytes, pieces.bytes];
          const alike = whole.fault === null ? few.equals(many) : many.subarray(0, few.length).equals(few);
          tell(alike ? null : 'the output depends on the cut');
        }),
        runs,
      );
    },
    PATIENCE,
  );
});

test('a datagram is counted by what it has become, whatever is in it', () => {
  fc.assert(
    fc.property(drawn, (one) => {
      const { planted, matcher } = setOf(one.set);
      const text = Buffer.from(`${HEADER}${drawText(new Chance(one.seed), planted)}`);
      const options = { maxRecordBytes: MAX_RECORD_BYTES };
      const plain = redact(new SyslogDatagrams(matcher, { ...options, counted: false }), [text]).bytes;
      const counted = redact(new SyslogDatagrams(matcher, { ...options, counted: true }), [text]).bytes;
      tell(counted.equals(Buffer.concat([Buffer.from(`${plain.length} `), plain])) ? null : 'wrong count');
    }),
    { numRuns: Math.ceil(CASES / 20) },
  );
});
