import { renderMetrics } from '../observe/metric-table.ts';
import { renderCatalogue } from './detector-catalogue.ts';
import { loadDetectors } from './detector-files.ts';
import { detectorJsonSchema } from './detector-schema.ts';
import { renderOptions } from './reference.ts';

/** A file of which all or a part is written by `npm run docs`. */
export interface GeneratedDoc {
  /** From the project's root. */
  readonly path: string;
  /** The file as it must read, given what it holds now. */
  render(now: string): string;
}

/** Every file with a generated part. @throws DetectorFileError */
export async function generatedDocs(): Promise<GeneratedDoc[]> {
  const { specs } = await loadDetectors({ builtin: true, select: ['all'], files: [] });
  return [
    {
      path: 'README.md',
      render: (now) => section(section(now, 'options', renderOptions()), 'metrics', renderMetrics()),
    },
    { path: 'detectors/README.md', render: () => renderCatalogue(specs) },
    { path: 'detectors/schema.json', render: () => `${JSON.stringify(detectorJsonSchema(), null, 2)}\n` },
  ];
}

/** Puts `body` between the marks of that name. */
function section(text: string, name: string, body: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`no section between ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n${body}${text.slice(to)}`;
}
