import type { Actions } from '../../src/engine/actions/action.ts';
import type { Detector } from '../../src/engine/detectors/detector.ts';
import { createWasmKernel } from '../../src/engine/kernel/wasm.ts';
import { compileMatcher, type Matcher, type Rule } from '../../src/engine/matcher.ts';
import { Output } from '../../src/engine/output.ts';
import { createRedactor } from '../../src/formats/format.ts';
import { loadKernelModule } from '../../src/pipeline/kernel-module.ts';

/** A stretch of a text that the real engine replaced, and the detector it named. */
export interface RedactedSpan {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}

const OPENS = 0x01;
const CLOSES = 0x02;

/** Writes `<01>rule:length<02>` for a finding: enough to tell where it stood. */
function telling(): Actions {
  return {
    of: () => ({
      name: 'mask',
      replace: (rule, _haystack, start, end) => Buffer.from(`\u0001${rule}:${end - start}\u0002`),
    }),
  };
}

/** A matcher of detectors alone, with the kernel that runs in production. */
export function matcherOfDetectors(detectors: readonly Detector[], actions = telling): Matcher {
  return compileMatcher({
    generation: 1,
    secrets: [],
    shorts: [],
    detectors,
    near: false,
    actions: (_rules: readonly Rule[]) => actions(),
    kernel: (tables) => createWasmKernel(loadKernelModule(), tables),
  });
}

/**
 * What the redactor takes out of a text, read off its output.
 * @param matcher from `matcherOfDetectors`
 * @param text without the bytes 01 and 02
 */
export function redactedSpans(matcher: Matcher, text: Uint8Array): RedactedSpan[] {
  const redactor = createRedactor('text', matcher, { maxRecordBytes: 1 << 20 });
  const out = new Output();
  redactor.push(text, out);
  redactor.end(out);
  const output = Buffer.from(out.take());
  const input = Buffer.from(text.buffer, text.byteOffset, text.length);
  const spans: RedactedSpan[] = [];
  let source = 0;
  for (let at = 0; at < output.length; at++) {
    if (output[at] !== OPENS) {
      source++;
      continue;
    }
    const close = output.indexOf(CLOSES, at);
    const [rule, length] = output
      .toString('latin1', at + 1, close)
      .split(':')
      .map(Number);
    const next = output.indexOf(OPENS, close + 1);
    const literal = output.subarray(close + 1, next === -1 ? output.length : next);
    // A long finding leaves in parts under one placeholder: what follows it tells its end.
    const end = literal.length === 0 ? source + length! : input.indexOf(literal, source + length!);
    spans.push({ start: source, end, rule: matcher.rules[rule!]!.label });
    source = end;
    at = close;
  }
  return spans;
}
