import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Send, Target } from './client.ts';
import { syslogMessage, withDaemon } from './daemon.ts';

/** Where `.ci/daemons` unpacks it. */
const HOME = fileURLToPath(new URL('../../../node_modules/.cache/daemons/syslog-ng/', import.meta.url));
const COMMAND = join(HOME, 'usr/sbin/syslog-ng');

export const syslogNgIsHere = existsSync(COMMAND);

const HTTP = 'method("POST") batch-lines(8) batch-timeout(200) workers(1) retries(3)';

const DESTINATIONS = {
  'splunk-hec': ({ host, port, token }: Target): string =>
    `http(url("http://${host}:${port}/services/collector/event") headers("Authorization: Splunk ${token}") ${HTTP}
      body('$(format-json time=$S_UNIXTIME host=$HOST source=$PROGRAM event=$MSG)'))`,
  elasticsearch: ({ host, port }: Target): string =>
    `http(url("http://${host}:${port}/_bulk") headers("Content-Type: application/x-ndjson") ${HTTP} body-suffix("\\n")
      body("{\\"index\\":{\\"_index\\":\\"bench\\"}}\\n$(format-json host=$HOST message=$MSG)"))`,
  'syslog tcp octet-counted': ({ host, port }: Target): string =>
    `syslog("${host}" port(${port}) transport("tcp"))`,
  'syslog udp': ({ host, port }: Target): string => `syslog("${host}" port(${port}) transport("udp"))`,
} as const;

export type SyslogNgOutput = keyof typeof DESTINATIONS;

/** syslog-ng: takes the records on stdin and sends them on by `output`. */
export const sendBy =
  (output: SyslogNgOutput): Send =>
  (target, records) =>
    withDaemon(
      {
        command: COMMAND,
        env: {
          LD_LIBRARY_PATH: ['x86_64-linux-gnu', 'aarch64-linux-gnu']
            .flatMap((abi) => [`lib/${abi}`, `usr/lib/${abi}`])
            .concat('usr/lib/syslog-ng')
            .map((path) => join(HOME, path))
            .join(':'),
        },
        argv: (dir) => [
          '--foreground',
          '--no-caps',
          `--cfgfile=${join(dir, 'daemon.conf')}`,
          `--persist-file=${join(dir, 'persist')}`,
          `--pidfile=${join(dir, 'pid')}`,
          `--control=${join(dir, 'control')}`,
          // 3.38 is the version in Debian 12's path.
          `--module-path=${join(HOME, 'usr/lib/syslog-ng/3.38')}`,
        ],
        config: () =>
          [
            '@version: 3.35',
            'options { keep-hostname(yes); log-msg-size(262144); stats-freq(0); };',
            'source records { stdin(flags(syslog-protocol)); };',
            `destination upstream { ${DESTINATIONS[output](target)}; };`,
            'log { source(records); destination(upstream); flags(flow-control); };',
            '',
          ].join('\n'),
      },
      async ({ stdin }) => {
        for (const { id, text, fields } of records)
          stdin.write(`${syslogMessage({ id, text, ...fields })}\n`);
        // At the end of stdin it would stop, whether everything was sent or not.
        await target.arrived();
      },
    );
