import { hostPort } from '../observe/host-port.ts';
import type { Address, OptionType, OptionValue } from './option.ts';
import { didYouMean } from './suggest.ts';

/** A value, or what is wrong with the words; the words themselves are never repeated, they may be a secret. */
export type Parsed = { readonly value: OptionValue } | { readonly problem: string };

const DURATION_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SIZE = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** Reads what a person wrote in one place: a flag's words, an environment value, a scalar or list of the file. */
export function parseValue(type: OptionType, raw: string | number | boolean | readonly string[]): Parsed {
  if (type.kind === 'list') return parseList(raw);
  if (Array.isArray(raw)) return { problem: 'takes one value, not a list' };
  const text = String(raw).trim();
  switch (type.kind) {
    case 'text':
      return text === '' ? { problem: 'is empty' } : { value: String(raw) };
    case 'enum':
      if (type.words.includes(text)) return { value: text };
      return { problem: `must be one of ${type.words.join(', ')}${didYouMean(text, type.words)}` };
    case 'boolean':
      if (['true', '1', 'yes', 'on'].includes(text.toLowerCase())) return { value: true };
      if (['false', '0', 'no', 'off'].includes(text.toLowerCase())) return { value: false };
      return { problem: 'must be true or false' };
    case 'duration':
      return within(parseDuration(text), type, formatDuration, 'a duration such as 500ms, 1s, 24h or 7d');
    case 'bytes':
      return within(parseSize(text), type, formatSize, 'a size in bytes such as 512, 64KiB or 1MiB');
    case 'count':
      return within(/^\d{1,9}$/.test(text) ? Number(text) : null, type, String, 'a whole number');
    case 'address':
      return parseAddress(text);
  }
}

function parseList(raw: string | number | boolean | readonly string[]): Parsed {
  const items = (Array.isArray(raw) ? raw : String(raw).split(',')) as readonly string[];
  const trimmed = items.map((item) => item.trim());
  if (trimmed.includes('')) return { problem: 'holds an empty item' };
  return { value: trimmed };
}

function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (match === null) return text === '0' ? 0 : null;
  return Math.round(Number(match[1]) * DURATION_MS[match[2] as keyof typeof DURATION_MS]);
}

function parseSize(text: string): number | null {
  const match = /^(\d+)\s*(|B|KiB|MiB|GiB)$/.exec(text);
  if (match === null) return null;
  return Number(match[1]) * SIZE[match[2] as keyof typeof SIZE];
}

function within(
  value: number | null,
  range: { readonly min: number; readonly max: number },
  show: (value: number) => string,
  form: string,
): Parsed {
  if (value === null) return { problem: `must be ${form}` };
  if (value >= range.min && value <= range.max) return { value };
  return { problem: `must be from ${show(range.min)} to ${show(range.max)}` };
}

function parseAddress(text: string): Parsed {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]/\s]*):(\d{1,5})$/.exec(text);
  const port = match === null ? -1 : Number(match[2]);
  if (match === null || port > 65_535)
    return {
      problem: 'must be HOST:PORT, for example 127.0.0.1:9090, [::1]:9090 or :9090 for every address',
    };
  const host = match[1]!.replace(/^\[|\]$/g, '');
  return { value: { host: host === '' ? '::' : host, port } satisfies Address };
}

/** Milliseconds as a person writes them: `24h`, `1s`, `1500ms`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = DURATION_MS[unit];
    // One day reads better as 24h: that is how graces are written.
    if (ms % size === 0 && !(unit === 'd' && ms === size)) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

/** Bytes as a person writes them: `8`, `64KiB`, `1MiB`. */
export function formatSize(bytes: number): string {
  for (const unit of ['GiB', 'MiB', 'KiB'] as const)
    if (bytes >= SIZE[unit] && bytes % SIZE[unit] === 0) return `${bytes / SIZE[unit]}${unit}`;
  return String(bytes);
}

/** A value as it would be written in unleak.yaml. */
export function formatValue(
  type: OptionType,
  value: OptionValue,
): string | boolean | number | readonly string[] | null {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (type.kind === 'duration') return formatDuration(value);
    if (type.kind === 'count') return value;
    const size = formatSize(value);
    return /^\d+$/.test(size) ? value : size;
  }
  if (typeof value === 'string') return value;
  if (!('host' in value)) return value;
  return hostPort(value.host, value.port);
}
