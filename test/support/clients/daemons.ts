import { type Client, elastic, hec, tcp, udp } from './register.ts';
import { type RsyslogOutput, rsyslogIsHere, sendBy as sendRsyslog } from './rsyslog.ts';
import { type SyslogNgOutput, sendBy as sendSyslogNg, syslogNgIsHere } from './syslog-ng.ts';

type Server = Omit<Client, 'name' | 'send'>;

const RSYSLOG: Readonly<Record<RsyslogOutput, Server>> = {
  elasticsearch: elastic,
  'syslog tcp octet-counted': tcp('octet-counted'),
  'syslog tcp LF': tcp('lf'),
  'syslog udp': udp,
};

const SYSLOG_NG: Readonly<Record<SyslogNgOutput, Server>> = {
  'splunk-hec': hec,
  elasticsearch: elastic,
  'syslog tcp octet-counted': tcp('octet-counted'),
  'syslog udp': udp,
};

/** The daemons that `.ci/daemons` gets, and whether they are here. */
export const DAEMONS: readonly {
  readonly name: string;
  readonly here: boolean;
  readonly clients: readonly Client[];
}[] = [
  {
    name: 'rsyslog',
    here: rsyslogIsHere,
    clients: Object.entries(RSYSLOG).map(([output, server]) => ({
      ...server,
      name: `rsyslog ${output}`,
      send: sendRsyslog(output as RsyslogOutput),
    })),
  },
  {
    name: 'syslog-ng',
    here: syslogNgIsHere,
    clients: Object.entries(SYSLOG_NG).map(([output, server]) => ({
      ...server,
      name: `syslog-ng ${output}`,
      send: sendSyslogNg(output as SyslogNgOutput),
    })),
  },
];
