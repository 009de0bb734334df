import type { DetectorSpec } from '../engine/detectors/spec.ts';

const HEAD = `# Detectors

Generated from the YAML files of this folder by \`npm run docs\`. How to write one: \`src/engine/detectors/README.md\`. The
form of a file, for editors: \`schema.json\`.

\`vendor\` detectors know the shape of one credential, \`generic\` ones a syntax and a name (\`--detectors -generic\` leaves
them out). Confidence says how sure a finding is; where findings overlap, the surest gives the label.

Examples are templates: \`{{[A-Z2-7]:16}}\` draws 16 characters, \`{{}}\` is an empty joint, \`{{<}}\` and \`{{>}}\` enclose the
secret. No token is stored here.
`;

/** The catalogue in detectors/README.md: every detector, for a person who decides which to run. */
export function renderCatalogue(specs: readonly DetectorSpec[]): string {
  const rows = specs.map((spec) => {
    const reference = spec.references[0] === undefined ? '' : `[source](${spec.references[0]})`;
    const mode = spec.mode === 'observe' ? `${spec.confidence}, observes` : spec.confidence;
    return `| \`${spec.id}\` | ${cell(spec.title)} | ${spec.kind} | ${mode} | ${code(spec.examples[0]!)} | ${reference} |`;
  });
  const count = `${specs.length} detectors of ${new Set(specs.map((spec) => spec.provider)).size} providers.`;
  const table = ['| id | finds | kind | confidence | example | reference |', '|--|--|--|--|--|--|', ...rows];
  return `${HEAD}\n${count}\n\n${table.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Code that survives a table: line ends shown as two characters. */
function code(text: string): string {
  const shown = text.trimEnd().replaceAll('\n', '\\n').replaceAll('|', '\\|');
  const fence = shown.includes('`') ? '``' : '`';
  return `${fence}${shown}${fence}`;
}
