import type { IncomingHttpHeaders } from 'node:http';

/** Of one connection only (RFC 9110, section 7.6.1), or no longer true once a body was rewritten. */
const NOT_PASSED = new Set([
  'connection',
  'content-digest',
  'content-length',
  'content-md5',
  'digest',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'repr-digest',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export type Headers = Record<string, string | string[]>;

/** The headers that go on; those named in `Connection` stay behind too. */
export function passedHeaders(headers: IncomingHttpHeaders, without: readonly string[]): Headers {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const passed: Headers = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || NOT_PASSED.has(name) || named.includes(name) || without.includes(name))
      continue;
    passed[name] = value;
  }
  return passed;
}

/** A body that is signed with the request (AWS SigV4) cannot be changed on its way. */
export function isSigned(headers: IncomingHttpHeaders): boolean {
  return (headers.authorization ?? '').startsWith('AWS4-');
}
