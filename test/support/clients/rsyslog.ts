import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Send, Target } from './client.ts';
import { syslogMessage, withDaemon } from './daemon.ts';

/** rsyslogd with its Elasticsearch output is installed here. */
export const rsyslogIsHere = ((): boolean => {
  // Through cat, since a path cannot be opened on the socket that Node gives as stdin.
  const { status } = spawnSync('sh', ['-c', 'cat | rsyslogd -N1 -f /dev/stdin'], {
    input: 'module(load="omelasticsearch")\naction(type="omelasticsearch")\n',
  });
  return status === 0;
})();

const JSON_DOCUMENT = `template(name="document" type="list" option.jsonf="on") {
  property(outname="host" name="hostname" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}`;

const ACTIONS = {
  elasticsearch: ({ host, port }: Target, dir: string): string =>
    `action(type="omelasticsearch" server="${host}" serverport="${port}" template="document" searchIndex="bench"
      searchType="" bulkmode="on" action.resumeRetryCount="-1" action.resumeInterval="1" errorfile="${dir}/refused")`,
  'syslog tcp octet-counted': ({ host, port }: Target): string =>
    `action(type="omfwd" target="${host}" port="${port}" protocol="tcp" TCP_Framing="octet-counted"
      template="RSYSLOG_SyslogProtocol23Format" action.resumeRetryCount="-1")`,
  'syslog tcp LF': ({ host, port }: Target): string =>
    `action(type="omfwd" target="${host}" port="${port}" protocol="tcp"
      template="RSYSLOG_SyslogProtocol23Format" action.resumeRetryCount="-1")`,
  'syslog udp': ({ host, port }: Target): string =>
    `action(type="omfwd" target="${host}" port="${port}" protocol="udp" template="RSYSLOG_SyslogProtocol23Format")`,
} as const;

export type RsyslogOutput = keyof typeof ACTIONS;

/** The port that rsyslogd chose; it writes the file when it listens. */
async function listening(file: string): Promise<number> {
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await pause(10);
  return Number(readFileSync(file, 'utf8'));
}

/** rsyslogd: takes the records by TCP, octet-counted, and sends them on by `output`. */
export const sendBy =
  (output: RsyslogOutput): Send =>
  (target, records) =>
    withDaemon(
      {
        command: 'rsyslogd',
        argv: (dir) => ['-n', '-f', join(dir, 'daemon.conf'), '-i', join(dir, 'pid')],
        config: (dir) =>
          [
            `global(workDirectory="${dir}" maxMessageSize="256k" net.enableDNS="off")`,
            'module(load="imtcp")',
            'module(load="omelasticsearch")',
            JSON_DOCUMENT,
            `input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="${dir}/port")`,
            ACTIONS[output](target, dir),
            '',
          ].join('\n'),
      },
      async ({ dir, failed }) => {
        const port = await Promise.race([listening(join(dir, 'port')), failed]);
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        for (const { id, text, fields } of records) {
          const message = Buffer.from(syslogMessage({ id, text, ...fields }));
          socket.write(Buffer.concat([Buffer.from(`${message.length} `), message]));
        }
        socket.end();
        await target.arrived();
      },
    );
