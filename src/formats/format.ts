import type { Matcher } from '../engine/matcher.ts';
import type { Redactor } from '../engine/redactor.ts';
import { StreamRedactor } from '../engine/stream-redactor.ts';
import { AutoRedactor } from './auto.ts';
import { CriFrame } from './cri.ts';
import { DockerJsonFrame } from './docker-json.ts';
import type { Frame } from './frame.ts';
import { FramedRedactor } from './framed.ts';

/** The config words of `--format`; each is a file in this folder or a mode of the line format. */
export const FORMAT_NAMES = ['auto', 'text', 'json', 'cri', 'docker'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

export interface FormatOptions {
  /** A JSON line longer than this is redacted as text, in windows. */
  readonly maxRecordBytes: number;
}

/** From config word to constructor. */
const MAKERS: Record<FormatName, (matcher: Matcher, options: FormatOptions) => Redactor> = {
  text: (matcher, { maxRecordBytes }) => new StreamRedactor(matcher, { json: 'never', maxRecordBytes }),
  json: (matcher, { maxRecordBytes }) => new StreamRedactor(matcher, { json: 'always', maxRecordBytes }),
  cri: (matcher, options) => framed(new CriFrame(), matcher, options),
  docker: (matcher, options) => framed(new DockerJsonFrame(), matcher, options),
  auto: (matcher, options) =>
    new AutoRedactor(matcher, (sniffed, current) =>
      sniffed === 'lines' ? lines(current, options) : MAKERS[sniffed](current, options),
    ),
};

function lines(matcher: Matcher, { maxRecordBytes }: FormatOptions): Redactor {
  return new StreamRedactor(matcher, { json: 'auto', maxRecordBytes });
}

function framed(frame: Frame, matcher: Matcher, { maxRecordBytes }: FormatOptions): Redactor {
  return new FramedRedactor({
    frame,
    makeRedactor: (options) => new StreamRedactor(matcher, options),
    options: { json: 'auto', maxRecordBytes },
  });
}

/** The redactor for one stream of bytes in the given format. */
export function createRedactor(format: FormatName, matcher: Matcher, options: FormatOptions): Redactor {
  return MAKERS[format](matcher, options);
}
