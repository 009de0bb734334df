import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { FormatName } from '../../src/formats/format.ts';
import { base64Core, hex } from '../support/encode-base64.ts';
import { everyCut } from '../support/generate-cuts.ts';
import { matcherOf, redactChunks } from '../support/redact-stream.ts';

/** One row of a file in test/vectors. */
interface Vector {
  readonly name: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** Text, or the chunks in which a neighbour failed. */
  readonly in: string | readonly string[];
  /** Exactly this; or, where more than one output is right, what must be absent. */
  readonly out?: string;
  readonly absent?: readonly string[];
  readonly parses?: boolean;
  readonly formats?: readonly FormatName[];
}

const folder = new URL('../vectors/', import.meta.url);
// CRI and Docker vectors are whole files of framed lines and have their own tests.
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml') && !/^(cri|docker)/.test(file));

const CODES: Readonly<Record<string, (text: string) => Buffer>> = {
  base64: (text) => Buffer.from(Buffer.from(text).toString('base64')),
  base64url: (text) => Buffer.from(Buffer.from(text).toString('base64url')),
  hex: (text) => hex(Buffer.from(text), false),
  HEX: (text) => hex(Buffer.from(text), true),
  utf16: (text) => Buffer.from(text, 'utf16le'),
  core0: (text) => base64Core(Buffer.from(text), 0, 'base64'),
  core1: (text) => base64Core(Buffer.from(text), 1, 'base64'),
  core2: (text) => base64Core(Buffer.from(text), 2, 'base64'),
};

function bytesOf(text: string): Buffer {
  const parts = text.split(/\{\{(\w+:[^}]*)\}\}/);
  return Buffer.concat(
    parts.map((part, at) => {
      if (at % 2 === 0) return Buffer.from(part);
      const colon = part.indexOf(':');
      return CODES[part.slice(0, colon)]!(part.slice(colon + 1));
    }),
  );
}

function judge(vector: Vector, output: Buffer): void {
  if (vector.out !== undefined) expect(output.toString()).toBe(vector.out);
  for (const text of vector.absent ?? []) expect(output.includes(bytesOf(text))).toBe(false);
  if (vector.parses) expect(() => JSON.parse(output.toString())).not.toThrow();
}

describe.each(files)('%s', (file) => {
  const vectors: Vector[] = parse(readFileSync(new URL(file, folder), 'utf8'));
  describe.each(vectors)('$name', (vector) => {
    test.each(vector.formats ?? (['text', 'json', 'auto'] as const))(
      'redacts however it is cut, as %s',
      (format) => {
        const secrets = Object.entries(vector.secrets).map(([name, text]) => ({
          name,
          value: Buffer.from(text),
        }));
        const matcher = matcherOf(secrets);
        const chunks = (typeof vector.in === 'string' ? [vector.in] : vector.in).map(bytesOf);
        const whole = Buffer.concat(chunks);
        const output = redactChunks(matcher, [whole], format).bytes;
        judge(vector, output);
        expect(redactChunks(matcher, chunks, format).bytes.toString('latin1')).toBe(
          output.toString('latin1'),
        );
        for (const cut of everyCut(whole))
          expect(redactChunks(matcher, cut, format).bytes.toString('latin1')).toBe(output.toString('latin1'));
      },
    );
  });
});
