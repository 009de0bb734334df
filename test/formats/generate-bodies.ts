import { jsonMixed } from '../support/encode-json.ts';
import type { Planted } from '../support/generate-documents.ts';
import { drawJsonLine } from '../support/generate-json.ts';
import type { Chance } from '../support/generate-random.ts';

const CALM = [
  'ok',
  '',
  'GET /a?b=c',
  'naïve café 漢字',
  'level=info msg="done"',
  'C:\\tmp',
  '[1, 2',
  '%41%zz',
];
const KEYS = ['password', 'host', 'k8s.pod.name', 'a', 'trace', 'ключ'];

/** A text of a log: calm words, a secret in some spelling among them, or JSON. */
export function drawText(chance: Chance, { what }: Planted): string {
  if (chance.oneIn(6)) return drawJsonLine(chance, what).trim();
  if (!chance.oneIn(3)) return chance.pick(CALM);
  return `${chance.pick(['', 'x ', 'user='])}${chance.pick(what.texts)}${chance.pick(['', ' end'])}`;
}

/** As `drawText`, as a JSON string in one of many spellings. */
function quoted(chance: Chance, planted: Planted): string {
  const text = drawText(chance, planted);
  return chance.oneIn(2) ? JSON.stringify(text) : `"${jsonMixed(text, (limit) => chance.below(limit))}"`;
}

type DrawJson = (chance: Chance, planted: Planted) => string;

const key = (chance: Chance): string => JSON.stringify(chance.pick(KEYS));
const several = (chance: Chance, most: number, draw: () => string): string[] =>
  Array.from({ length: chance.between(1, most) }, draw);

const anyJson: DrawJson = (chance, planted) =>
  chance.oneIn(3) ? drawJsonLine(chance, planted.what) : quoted(chance, planted);
const labels: DrawJson = (chance, planted) =>
  `{${several(chance, 3, () => `${key(chance)}:${quoted(chance, planted)}`).join(',')}}`;
const otlpValue: DrawJson = (chance, planted) => {
  const kind = chance.below(4);
  if (kind === 0) return `{"intValue":"${chance.below(1e9)}"}`;
  if (kind === 1)
    return `{"arrayValue":{"values":[${several(chance, 2, () => `{"stringValue":${quoted(chance, planted)}}`).join(',')}]}}`;
  return `{"stringValue":${quoted(chance, planted)}}`;
};
const otlpAttributes: DrawJson = (chance, planted) =>
  `[${several(chance, 3, () => `{"key":${quoted(chance, planted)},"value":${otlpValue(chance, planted)}}`).join(',')}]`;

/** A body as the clients of each protocol write it. */
export const JSON_BODIES: Readonly<Record<string, DrawJson>> = {
  'splunk-hec': (chance, planted) =>
    several(chance, 4, () => {
      const rest = `"time":17.${chance.below(1000)},"event":${anyJson(chance, planted)}`;
      return `{"host":${quoted(chance, planted)},${rest},"fields":${labels(chance, planted)}}`;
    }).join(chance.pick(['', '\n', ' '])),
  elasticsearch: (chance, planted) =>
    several(chance, 4, () => {
      if (chance.oneIn(5)) return `{"delete":{"_id":${quoted(chance, planted)}}}\n`;
      const source = drawJsonLine(chance, planted.what).trim();
      return `{"${chance.pick(['index', 'create'])}":{"_id":"${chance.below(99)}"}}\n${source}\n${chance.pick(['', '\n'])}`;
    }).join(''),
  loki: (chance, planted) => {
    const value = (): string =>
      `["17000000000",${quoted(chance, planted)}${chance.oneIn(3) ? `,${labels(chance, planted)}` : ''}]`;
    const stream = (): string =>
      `{"stream":${labels(chance, planted)},"values":[${several(chance, 3, value).join(',')}]}`;
    return `{"streams":[${several(chance, 2, stream).join(', ')}]}`;
  },
  otlp: (chance, planted) => {
    const record = (): string =>
      `{"traceId":"${chance.bytes(16).toString('hex')}","body":${otlpValue(chance, planted)},"attributes":${otlpAttributes(chance, planted)}}`;
    const scope = `{"scope":{"name":${quoted(chance, planted)}},"logRecords":[${several(chance, 3, record).join(',')}]}`;
    return `{"resourceLogs":[{"resource":{"attributes":${otlpAttributes(chance, planted)}},"scopeLogs":[${scope}]}]}`;
  },
};
