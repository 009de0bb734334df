import type { Chance } from './generate-random.ts';

const WORDS =
  'request user order pod worker retry cache 10.42.0.7 status=200 latency=12ms /api/v1/items ok'.split(' ');

function sentence(chance: Chance): string {
  return Array.from({ length: chance.between(1, 12) }, () => chance.pick(WORDS)).join(' ');
}

const STAMP = '2024-05-17T10:22:31.004Z';

const SHAPES: Readonly<Record<string, (chance: Chance) => Buffer>> = {
  plain: (chance) => Buffer.from(sentence(chance)),
  logfmt: (chance) =>
    Buffer.from(`ts=${STAMP} level=info msg="${sentence(chance)}" n=${chance.below(9_999)}`),
  klog: (chance) =>
    Buffer.from(`I0517 10:22:31.004512       1 controller.go:${chance.below(999)}] ${sentence(chance)}`),
  access: (chance) =>
    Buffer.from(
      `10.1.2.3 - - [17/May/2024:10:22:31 +0000] "GET /a?b=%20c&d=e HTTP/1.1" 200 ${chance.below(9_999)}`,
    ),
  java: () => Buffer.from('\tat com.example.Shop$Order.place(Shop.java:118) ~[shop.jar:1.0]'),
  json: (chance) =>
    Buffer.from(JSON.stringify({ level: 'info', msg: sentence(chance), n: chance.below(99), ok: true })),
  'json-nested': (chance) =>
    Buffer.from(JSON.stringify({ body: JSON.stringify({ text: sentence(chance), path: 'C:\\tmp' }) })),
  'json-broken': (chance) => Buffer.from(`{"level":"info","msg":"${sentence(chance)}`),
  escapes: (chance) => Buffer.from(chance.text('\\"%&;#x0u1n/<>\x1b[m', chance.between(1, 60))),
  colour: (chance) => Buffer.from(`\x1b[32mINFO\x1b[0m ${sentence(chance)} \x1b[38;5;208mwarn\x1b[K`),
  quotes: (chance) =>
    Buffer.from(`it's "${sentence(chance)}" \\"twice\\" \\\\\\" $'a\\tb' &amp;lt; %25 + %zz &#; &#x;`),
  base64: (chance) => Buffer.from(chance.bytes(chance.between(1, 200)).toString('base64')),
  binary: (chance) => chance.bytes(chance.between(1, 300)),
  'invalid-utf8': (chance) =>
    Buffer.concat([Buffer.from(sentence(chance)), Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf8])]),
  nul: (chance) => Buffer.from(`a\0b\0\0${sentence(chance)}\0`),
  utf16: (chance) => Buffer.from(sentence(chance), 'utf16le'),
  long: (chance) => Buffer.from(`${sentence(chance)} `.repeat(chance.between(20, 400))),
  empty: () => Buffer.alloc(0),
  white: (chance) => Buffer.from(chance.text(' \t\v\f', chance.between(1, 40))),
  'carriage-returns': (chance) => Buffer.from(`${sentence(chance)}\r12%\r45%\r100%`),
};

export const NOISE_SHAPES: readonly string[] = Object.keys(SHAPES);

export function noiseLine(chance: Chance, shape = chance.pick(NOISE_SHAPES)): Buffer {
  return SHAPES[shape]!(chance);
}

/** `count` lines of mixed shapes with LF, CRLF or blank ends; the last one often without. */
export function noise(chance: Chance, count: number, shape?: string): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < count; at++)
    parts.push(noiseLine(chance, shape), Buffer.from(chance.pick(['\n', '\n', '\n', '\r\n', '\n\n'])));
  if (chance.oneIn(2)) parts.pop();
  return Buffer.concat(parts);
}
