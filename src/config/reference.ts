import type { CommandName, Option } from './option.ts';
import { OPTION_LIST } from './options.ts';
import { formatValue } from './values.ts';

const MAX_ITEMS = 6;

/** The options as a markdown table; the README holds it between its options marks. */
export function renderOptions(): string {
  const rows = OPTION_LIST.map(([, option]) => `| ${cells(option).join(' | ')} |`);
  return [
    '| flag | environment | file | default | what it does | commands |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function cells(option: Option): string[] {
  return [
    code(`${option.flag} ${metavar(option)}`.trim()),
    code(option.env),
    option.path === null ? '' : code(option.path),
    showDefault(option),
    option.doc,
    option.commands.map(commandWord).join(', '),
  ].map((cell) => cell.replaceAll('|', '\\|'));
}

/** What stands behind the flag: the words of an enum, else its metavariable. */
export function metavar(option: Option): string {
  return option.type.kind === 'enum' ? option.type.words.join('|') : option.metavar;
}

/** The default as a person writes it; empty when there is none. A long list is cut: `config print` shows it. */
export function showDefault(option: Option, mark: (text: string) => string = code): string {
  const value = formatValue(option.type, option.default);
  if (value === null) return '';
  if (typeof value !== 'object') return mark(String(value));
  const told = value.slice(0, MAX_ITEMS).map(mark).join(', ');
  const more = value.length - MAX_ITEMS;
  return more > 0 ? `${told} and ${more} more, see ${mark('unleak config print')}` : told;
}

function commandWord(command: CommandName): string {
  return command === 'filter' ? '`unleak`' : code(command);
}

function code(text: string): string {
  return `\`${text}\``;
}
