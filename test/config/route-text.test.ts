import { expect, test } from 'vitest';
import { parseRoute } from '../../src/config/route-text.ts';

const read = (text: string) => parseRoute(text, (path) => `/at/${path}`);

test('a route names its protocol, where to listen, its upstreams and its files', () => {
  expect(read('splunk-hec :8088 https://a:1 https://b/x/ ca=ca.pem')).toEqual({
    route: {
      protocol: 'splunk-hec',
      listen: { host: '::', port: 8088, udp: false },
      upstreams: [
        { scheme: 'https', host: 'a', port: 1, path: '' },
        { scheme: 'https', host: 'b', port: 8088, path: '/x' },
      ],
      files: { ca: '/at/ca.pem' },
    },
  });
  expect(read('forward :24224 tls://a shared-key-file=k users-file=u')).toMatchObject({
    route: {
      upstreams: [{ scheme: 'tls', host: 'a', port: 24224 }],
      files: { 'shared-key-file': '/at/k', 'users-file': '/at/u' },
    },
  });
  expect(read('syslog udp:127.0.0.1:514 udp://[::1]')).toMatchObject({
    route: {
      listen: { host: '127.0.0.1', port: 514, udp: true },
      upstreams: [{ scheme: 'udp', host: '::1', port: 514 }],
    },
  });
});

test.each([
  ['splunk-hek :1 http://a', 'did you mean splunk-hec'],
  ['loki 3100 http://a', 'where to listen and must be HOST:PORT'],
  ['loki :1', 'names no upstream'],
  ['loki :1 tcp://a', 'http://HOST:PORT or https://HOST:PORT'],
  ['loki :1 http://user:word@a', 'may not hold credentials'],
  ['loki :1 http://a?token=x', 'a query'],
  ['loki :1 http://a cert=x', 'go together'],
  ['loki :1 http://a client-ca=x', 'needs cert='],
  ['loki :1 http://a crt=x', 'name=FILE'],
  ['syslog :1 udp://a', 'needs a listener on UDP'],
  ['loki :1 http://a shared-key-file=x', 'for forward routes'],
  ['forward :1 tcp://a authorization-file=x', 'for HTTP routes'],
  ['forward :1 http://a', 'tcp://HOST:PORT or tls://HOST:PORT'],
  ['forward :1 tcp://a users-file=x', 'needs shared-key-file='],
  ['forward :1 tcp://a upstream-user-file=x', 'needs upstream-shared-key-file='],
  ['forward :1 tcp://user:word@a', 'upstream-user-file=FILE'],
  ['loki udp::1 http://a', 'only a syslog route listens on UDP'],
])('%s is refused with what to write', (text, problem) => {
  const parsed = read(text);
  expect('problem' in parsed ? parsed.problem : '').toContain(problem);
});

test('a password in an upstream is not repeated', () => {
  expect(JSON.stringify(read('loki :1 http://user:word@a'))).not.toContain('word');
});
