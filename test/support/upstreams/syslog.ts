import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { isObject, jsonOf, Recorder, type Troubles, type Upstream, upstreamOf } from './recorder.ts';
import { SocketListener } from './socket-listener.ts';

/** How messages are told apart on a TCP connection: RFC 6587 octet counting, LF, or not at all (winston-syslog). */
export type Framing = 'octet-counted' | 'lf' | 'unframed';

export interface SyslogOptions {
  readonly transport: 'tcp' | 'udp';
  /** TCP only. Default: octet-counted. */
  readonly framing?: Framing;
  /** Takes bytes that are not UTF-8, which RFC 3164 allows and rsyslog relays. */
  readonly anyBytes?: boolean;
  /** TCP only, one exchange a message: `hang` stops reading, `reset` and `lost-answer` reset. */
  readonly troubles?: Troubles;
}

const SD_PARAM = '[^\\s="\\]]{1,32}="(?:[^"\\\\\\]]|\\\\.)*"';
const SD = `-|(?:\\[[^\\s="\\]]{1,32}(?: ${SD_PARAM})*\\])+`;
/** RFC 5424, section 6: header with its length limits, structured data, message. */
const RFC5424 = new RegExp(
  `^<(\\d{1,3})>1 (-|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?(?:Z|[+-]\\d\\d:\\d\\d)) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) (${SD})(?: (.*))?$`,
  's',
);
const RFC3164 = /^<(\d{1,3})>([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (\S+) (.*)$/s;
const PARAM = new RegExp(SD_PARAM, 'gs');

/** The parts of a message, or null when it is neither RFC 5424 nor RFC 3164. */
function parse(text: string): { message: string; header: Readonly<Record<string, unknown>> } | null {
  const [, pri, time, host, app, process, id, data = '-', message = ''] = RFC5424.exec(text) ?? [];
  if (pri !== undefined && Number(pri) <= 191) {
    const params = Array.from(data.matchAll(PARAM), ([param]) => {
      const cut = param.indexOf('=');
      return [param.slice(0, cut), param.slice(cut + 2, -1).replace(/\\(["\\\]])/g, '$1')];
    });
    return { message, header: { pri, time, host, app, process, id, data: Object.fromEntries(params) } };
  }
  const [, oldPri, oldTime, oldHost, rest] = RFC3164.exec(text) ?? [];
  if (oldPri === undefined || Number(oldPri) > 191) return null;
  return { message: rest!, header: { pri: oldPri, time: oldTime, host: oldHost } };
}

/** Takes one message; what is wrong with it is a fault, and the record is kept. */
function takeMessage(raw: Buffer, recorder: Recorder, anyBytes: boolean): void {
  const text = raw.toString();
  if (!anyBytes && !Buffer.from(text).equals(raw)) recorder.fault('a message that is not UTF-8');
  const parsed = parse(text);
  if (parsed === null) recorder.fault('a message without the header of RFC 5424 or RFC 3164');
  const message = parsed?.message ?? text;
  // The message of a structured logger is JSON, behind a tag in RFC 3164.
  const json = jsonOf(message.slice(Math.max(0, message.indexOf('{'))));
  recorder.take({
    text: message,
    fields: { ...parsed?.header, message, ...(isObject(json) ? { json } : {}) },
    raw,
  });
}

/** The whole messages at the beginning of `held`, and what is left; throws RangeError where the framing breaks. */
function cut(held: Buffer, framing: Framing): { messages: Buffer[]; rest: Buffer } {
  const messages: Buffer[] = [];
  let rest = held;
  for (;;) {
    if (framing === 'octet-counted') {
      const space = rest.subarray(0, 11).indexOf(0x20);
      const count = rest.subarray(0, space < 0 ? 11 : space).toString('latin1');
      if (count !== '' && !/^[1-9]\d{0,9}$/.test(count)) throw new RangeError('octet counting broke');
      const end = space + 1 + Number(count);
      if (space < 0 || rest.length < end) return { messages, rest };
      messages.push(rest.subarray(space + 1, end));
      rest = rest.subarray(end);
    } else {
      // An unframed message ends where the next priority begins; the last one, where the connection does.
      const next =
        framing === 'lf'
          ? rest.indexOf(0x0a)
          : rest
              .toString('latin1')
              .slice(1)
              .search(/<\d{1,3}>(?:1 |[A-Z][a-z]{2} )/) + 1;
      if (next < (framing === 'lf' ? 0 : 1)) return { messages, rest };
      messages.push(rest.subarray(0, next));
      rest = rest.subarray(framing === 'lf' ? next + 1 : next);
    }
  }
}

/** A message that may be taken before the connection says where it ends: nothing can follow complete JSON. */
function looksWhole(bytes: Buffer): boolean {
  const text = bytes.toString();
  return isObject(jsonOf(text.slice(text.indexOf('{'))));
}

function serveTcp(socket: Socket, recorder: Recorder, options: SyslogOptions, next: () => number): void {
  const { framing = 'octet-counted', anyBytes = false } = options;
  let held: Buffer = Buffer.alloc(0);
  const take = (message: Buffer): boolean => {
    const trouble = options.troubles?.(next()) ?? null;
    if (trouble?.kind === 'hang') socket.pause();
    else if (trouble !== null && trouble.kind !== 'lost-answer') socket.resetAndDestroy();
    if (trouble !== null && trouble.kind !== 'lost-answer') return false;
    takeMessage(message, recorder, anyBytes);
    if (trouble !== null) socket.resetAndDestroy();
    return trouble === null;
  };
  socket.on('data', (bytes) => {
    recorder.keep(bytes);
    try {
      const { messages, rest } = cut(Buffer.concat([held, bytes]), framing);
      held = rest;
      if (!messages.every(take)) return;
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      recorder.fault(cause.message);
      socket.destroy();
      return;
    }
    if (framing === 'unframed' && looksWhole(held)) {
      take(held);
      held = Buffer.alloc(0);
    }
  });
  socket.on('end', () => {
    if (held.length === 0) return;
    if (framing === 'octet-counted') recorder.fault('a connection that ended inside a message');
    else take(held);
  });
}

/** A syslog server. A record's text is the message part; its fields are the header, the message, and its JSON. */
export async function startSyslog(options: SyslogOptions): Promise<Upstream> {
  const recorder = new Recorder();
  const edge = options.transport === 'udp' ? new UdpEdge(recorder, options) : tcpEdge(recorder, options);
  await edge.up();
  return upstreamOf(recorder, edge);
}

function tcpEdge(recorder: Recorder, options: SyslogOptions): SocketListener {
  let exchanges = 0;
  return new SocketListener(createServer((socket) => serveTcp(socket, recorder, options, () => exchanges++)));
}

class UdpEdge {
  port = 0;
  readonly #recorder: Recorder;
  readonly #options: SyslogOptions;
  #socket: UdpSocket | null = null;

  constructor(recorder: Recorder, options: SyslogOptions) {
    this.#recorder = recorder;
    this.#options = options;
  }

  async up(): Promise<void> {
    // 4 MiB: a burst on loopback must not be lost by the bench itself.
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    socket.on('message', (bytes) => {
      this.#recorder.keep(bytes);
      takeMessage(bytes, this.#recorder, this.#options.anyBytes ?? false);
    });
    socket.bind(this.port, '127.0.0.1');
    await once(socket, 'listening');
    this.port = socket.address().port;
    this.#socket = socket;
  }

  async down(): Promise<void> {
    if (this.#socket === null) return;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    this.#socket = null;
    await closed;
  }
}
