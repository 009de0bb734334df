import type { Socket } from 'node:net';
import winston from 'winston';
import { Syslog } from 'winston-syslog';
import type { Send } from './client.ts';

export interface SyslogForm {
  readonly protocol: 'tcp4' | 'udp4';
  readonly type: 'RFC5424' | 'BSD';
  /** What ends a message on TCP; the library's default is nothing at all. */
  readonly eol?: string;
}

/** winston-syslog: the message is winston's JSON. Syslog answers nothing, so arrival is what is waited for. */
export const sendForm =
  ({ protocol, type, eol }: SyslogForm): Send =>
  async (target, records) => {
    const transport = new Syslog({ ...target, protocol, type, app_name: 'bench', localhost: 'shop', eol });
    const logger = winston.createLogger({ levels: winston.config.syslog.levels, transports: [transport] });
    try {
      for (const { id, text, fields } of records) logger.info({ message: text, id, ...fields });
      await target.arrived();
    } finally {
      // A closed transport would connect again for ever, to a port that is another's by then.
      (transport as unknown as { socket: Socket | null }).socket?.removeAllListeners('close');
      // It closes the transport; closed twice, a UDP socket throws.
      logger.close();
    }
  };
