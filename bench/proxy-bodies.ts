import { writeLogs } from './haystacks.ts';
import { leakOf, type Material } from './planted.ts';

export type BodyProtocol = 'splunk-hec' | 'elasticsearch';

/** A request's body, and what a right proxy does with it. */
export interface ProxyBody {
  readonly bytes: Buffer;
  readonly records: number;
  /** Leaks in it: as many placeholders have to arrive. */
  readonly planted: number;
}

/** Bodies of about one size, to be sent in turn. */
export interface ProxyBodies {
  readonly bodies: readonly ProxyBody[];
  /** Each leak as it stands in its body. */
  readonly leaks: readonly string[];
}

/** One record in so many leaks. */
const LEAK_EVERY = 20;
/** Enough of them that each size leaks; autocannon copies them for every connection. */
const TOTAL = 2_000_000;
const MOST = 256;

const RECORD: Record<BodyProtocol, (line: string) => string> = {
  'splunk-hec': (line) => `{"time":1714550400.123,"sourcetype":"app","event":${JSON.stringify(line)}}`,
  elasticsearch: (line) => `{"index":{}}\n{"@timestamp":1714550400123,"message":${JSON.stringify(line)}}\n`,
};

/** Mixed logs as the protocol carries them, `size` bytes a body at most. */
export function proxyBodies(protocol: BodyProtocol, size: number, material: Material): ProxyBodies {
  const count = Math.max(2, Math.min(MOST, Math.floor(TOTAL / size)));
  const bodies: ProxyBody[] = [];
  const leaks: string[] = [];
  let body = { text: '', records: 0, planted: 0 };
  let leaking = 0;
  const close = (): void => {
    bodies.push({ bytes: Buffer.from(body.text), records: body.records, planted: body.planted });
    body = { text: '', records: 0, planted: 0 };
  };
  // Twice the size: the last line that fits into a body is not always there.
  writeLogs(2 * count * size, {
    seed: 31,
    every: LEAK_EVERY,
    plant: (nth) => {
      const text = leakOf(nth, material);
      leaks.push(JSON.stringify(text).slice(1, -1));
      leaking = 1;
      return text;
    },
    frame: (line) => {
      const record = RECORD[protocol](line);
      if (body.text.length + record.length > size && body.records > 0) close();
      body = { text: body.text + record, records: body.records + 1, planted: body.planted + leaking };
      leaking = 0;
      return record;
    },
  });
  return { bodies: bodies.slice(0, count), leaks };
}
