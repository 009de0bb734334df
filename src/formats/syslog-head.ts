import type { Said } from './origin-guard.ts';
import { textOf } from './text-of.ts';

/** A head that is longer is none: RFC 5424 gives the hostname 255 characters and the app-name 48. */
export const MAX_HEAD = 512;
/** `<PRI>VERSION TIMESTAMP HOSTNAME APP-NAME ` (RFC 5424, 6). */
const NEW = /^<\d{1,3}>\d{1,2} \S+ (\S+) (\S+) /;
/** `<PRI>Mmm dd hh:mm:ss HOSTNAME TAG[pid]:` (RFC 3164, 4.1); the time may be one of RFC 3339 (rsyslog), the hostname may be left out. */
const OLD =
  /^<\d{1,3}>(?:[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T\S+) (?:([^\s[]*[^\s:[]) )?([^\s:[\]]+)(?:\[[^\]\s]*\])?:(?:\s|$)/;

/** The hostname and the app-name that a syslog message begins with, as far as it says them. */
export function readSyslogHead(message: Uint8Array): Said[] {
  const head = textOf(message.subarray(0, MAX_HEAD));
  const found = NEW.exec(head) ?? OLD.exec(head);
  const [, hostname = '-', app = '-'] = found ?? [];
  const said: Said[] = [];
  if (hostname !== '-') said.push(['hostname', hostname]);
  if (app !== '-') said.push(['app-name', app]);
  return said;
}
