import { describe, expect, test } from 'vitest';
import type { EditSink } from '../../src/engine/edits.ts';
import { FindingList } from '../../src/engine/findings.ts';
import type { EditingRedactor } from '../../src/formats/frame.ts';
import { cutInto } from '../support/generate-cuts.ts';
import { matcherOf } from '../support/redact-stream.ts';
import { FramedTap, type FrameName, redactFramed } from './framed-tap.ts';
import { headers, joined } from './generate-framed.ts';

const VALUE = 'correct-horse-battery';
const matcher = matcherOf([{ name: 'key', value: Buffer.from(VALUE) }]);
const MIB = 1024 * 1024;

function line(name: FrameName, content: string, parts: { stream?: string; full?: boolean } = {}): string {
  const { stream = 'stdout', full = true } = parts;
  const time = '2024-05-06T07:08:09.1Z';
  if (name === 'cri') return `${time} ${stream} ${full ? 'F' : 'P'} ${content}\n`;
  return `{"log":${JSON.stringify(full ? `${content}\n` : content)},"stream":"${stream}","time":"${time}"}\n`;
}

describe.each(['cri', 'docker'] as const)('as %s', (name) => {
  test('a clean line leaves as soon as it is complete', () => {
    const tap = new FramedTap(name, matcher);
    const whole = line(name, 'hello world');
    expect(tap.push(whole.slice(0, -1))).toBe('');
    expect(tap.push('\n')).toBe(whole);
    expect(tap.redactor.held).toBe(0);
    expect(tap.redactor.records).toBe(1);
  });

  test('a line waits for the one ahead of it, so that the order stays', () => {
    const tap = new FramedTap(name, matcher);
    const first = line(name, `x ${VALUE.slice(0, 12)}`, { full: false });
    const second = line(name, 'other', { stream: 'stderr' });
    expect(tap.push(first)).toBe('');
    expect(tap.push(second)).toBe('');
    expect(tap.redactor.held).toBe(first.length + second.length);
    const third = line(name, '!');
    expect(tap.push(third)).toBe(first + second + third);
  });

  test('silence decides a part of a value, and what follows of it is still cut out', () => {
    for (let cut = 8; cut < VALUE.length; cut++) {
      const tap = new FramedTap(name, matcher);
      tap.push(line(name, `x ${VALUE.slice(0, cut)}`, { full: false }));
      expect(tap.idle()).toBe(line(name, 'x [REDACTED:key]', { full: false }));
      expect(tap.redactor.held).toBe(0);
      tap.push(line(name, `${VALUE.slice(cut)} y`));
      tap.end();
      const text = joined(name, tap.all(), 'stdout').toString();
      expect(text.replaceAll('[REDACTED:key]', '')).toBe('x  y\n');
    }
  });

  test('silence at any byte of a file changes no clean byte and lets no value through', () => {
    const lines = [line(name, 'x correct-', { full: false }), line(name, 'err', { stream: 'stderr' })];
    const file = `${lines.join('')}${line(name, 'horse-battery y')}${line(name, VALUE)}noise ${VALUE}\n`;
    const clean = file.replaceAll(VALUE, 'x'.repeat(21)).replace('correct-', 'incorrect');
    for (let cut = 0; cut <= file.length; cut++) {
      const tap = new FramedTap(name, matcher);
      tap.push(file.slice(0, cut));
      tap.idle();
      tap.push(file.slice(cut));
      tap.idle();
      tap.end();
      expect(tap.all().includes(VALUE), `cut at ${cut}`).toBe(false);
      expect(tap.redactor.held).toBe(0);
    }
    for (let cut = 0; cut <= clean.length; cut++) {
      const tap = new FramedTap(name, matcher);
      tap.push(clean.slice(0, cut));
      tap.idle();
      tap.push(clean.slice(cut));
      tap.end();
      expect(tap.all().toString()).toBe(clean);
    }
  });

  test('a line that the replacement makes longer than 16,384 bytes is split between characters', () => {
    const wide = matcherOf([{ name: 'n'.repeat(300), value: Buffer.from(VALUE) }]);
    // 16,384 falls into the middle of an emoji.
    const content = `${VALUE} four${'é😀"\\'.repeat(2040)}`;
    const file = line(name, `${content} ${VALUE}`);
    const output = redactFramed(name, wide, [Buffer.from(file)]);
    const lines = output.toString().trimEnd().split('\n');
    expect(lines.length).toBe(2);
    const label = `[REDACTED:${'n'.repeat(300)}]`;
    const wanted = joined(name, Buffer.from(file), 'stdout').toString().replaceAll(VALUE, label);
    expect(joined(name, output, 'stdout').toString() === wanted).toBe(true);
    for (const part of lines) {
      const text = joined(name, Buffer.from(`${part}\n`), 'stdout');
      expect(text.length).toBeLessThanOrEqual(16_384 + 1);
      expect(text.toString()).not.toContain('\ufffd');
    }
    const [part, last] = headers(name, output);
    expect(name === 'cri' ? part!.replace(/P$/, 'F') : part).toBe(last);
    const cut = redactFramed(name, wide, cutInto(Buffer.from(file), 4_099));
    expect(cut.equals(output)).toBe(true);
  });

  test('a clean line over 16,384 bytes stays whole', () => {
    const file = Buffer.from(line(name, 'x'.repeat(40_000)) + line(name, 'y'));
    expect(redactFramed(name, matcher, [file]).equals(file)).toBe(true);
  });

  test('lines of more than 1 MiB keep their bytes, and lose their values, however they are cut', () => {
    const big = 'abcdefg '.repeat((2.5 * MIB) / 8);
    const at = MIB - 60;
    const leaky = `${big.slice(0, at)}${VALUE}${big.slice(at, 2 * MIB)}${VALUE}${big.slice(2 * MIB)}`;
    const framed = line(name, 'a') + line(name, leaky) + line(name, 'b');
    const file = Buffer.from(`${framed}${leaky}`);
    const output = redactFramed(name, matcher, [file]);
    const end = output.lastIndexOf(10) + 1;
    // The rewritten piece of a CRI line stands in parts of 16 KiB now: what is read of it counts.
    const read = joined(name, output.subarray(0, end), 'stdout').toString();
    expect(read === `a\n${leaky}\nb\n`.replaceAll(VALUE, '[REDACTED:key]')).toBe(true);
    expect(output.subarray(end).toString() === leaky.replaceAll(VALUE, '[REDACTED:key]')).toBe(true);
    for (const size of [65_536, 99_991, MIB + 1]) {
      expect(redactFramed(name, matcher, cutInto(file, size)).equals(output)).toBe(true);
    }
  });

  test('what waits is bounded: an undecided stream is decided when 4 MiB wait behind it', () => {
    const tap = new FramedTap(name, matcher);
    tap.push(line(name, `x ${VALUE.slice(0, 12)}`, { full: false }));
    const other = Buffer.from(line(name, 'o'.repeat(1000), { stream: 'stderr' }).repeat(64));
    let pushed = 0;
    while (tap.redactor.forced === 0 && pushed < 8 * MIB) {
      tap.push(other);
      pushed += other.length;
      expect(tap.redactor.held).toBeLessThan(4 * MIB + other.length + 200);
    }
    expect(tap.redactor.forced).toBe(1);
    expect(pushed).toBeGreaterThan(4 * MIB - other.length);
    expect(tap.redactor.held).toBe(0);
    tap.push(line(name, VALUE.slice(12)));
    tap.end();
    const text = joined(name, tap.all(), 'stdout').toString();
    expect(text.replaceAll('[REDACTED:key]', '')).toBe('x \n');
  });

  test('short lines that wait are bounded in number', () => {
    const tap = new FramedTap(name, matcher);
    tap.push(line(name, `x ${VALUE.slice(0, 12)}`, { full: false }));
    tap.push('\n'.repeat(70_000));
    expect(tap.redactor.forced).toBe(1);
    expect(tap.redactor.held).toBe(0);
  });

  test('what is held is scanned by the new matcher after a swap, in both streams', () => {
    const tap = new FramedTap(name, matcher);
    tap.push(line(name, 'x correct-', { full: false }) + line(name, 'first', { stream: 'stderr' }));
    const value = Buffer.from('rotated-value-1');
    tap.redactor.swap(
      matcherOf([
        { name: 'new', value },
        { name: 'key', value: Buffer.from(VALUE) },
      ]),
    );
    tap.push(line(name, `horse-battery ${value}`) + line(name, `${value}`, { stream: 'stderr' }));
    tap.push(`noise ${value}\n`);
    tap.end();
    expect(joined(name, tap.all().subarray(0, tap.all().lastIndexOf('noise')), 'stdout').toString()).toBe(
      'x [REDACTED:key] [REDACTED:new]\n',
    );
    expect(tap.all().includes(value)).toBe(false);
  });

  test('a finding over several lines is counted once', () => {
    const tap = new FramedTap(name, matcher);
    tap.push(line(name, 'correct-', { full: false }) + line(name, 'horse-', { full: false }));
    tap.push(line(name, 'battery'));
    tap.end();
    expect(tap.redactor.findings.length).toBe(1);
    expect(tap.redactor.findings.bytes(0)).toBe(VALUE.length);
    expect(tap.redactor.records).toBe(3);
  });

  test('after a fault the lines that waited keep their headers and nothing raw leaves', () => {
    let faulty = false;
    const tap = new FramedTap(name, () => new FaultyRedactor(() => faulty));
    const held = [line(name, 'raw-one', { full: false }), line(name, 'raw-two', { stream: 'stderr' })];
    tap.push(held.join(''));
    faulty = true;
    expect(() => tap.push(`${line(name, 'raw-three')}${line(name, 'raw-four').slice(0, -8)}`)).toThrow(
      'fault',
    );
    faulty = false;
    const told = tap.discard();
    expect(tap.redactor.held).toBe(0);
    expect(told).toBe(
      line(name, '[REDACTED:unleak-fault]', { full: false }) +
        line(name, '', { stream: 'stderr' }) +
        line(name, ''),
    );
    // The rest of the line that the fault tore is left out; the next is read again.
    tap.push(`our\n${line(name, 'next')}`);
    tap.end();
    expect(tap.all().toString('latin1')).toBe(told + line(name, 'next'));
  });

  test('a fault in a line that is not complete says so', () => {
    const tap = new FramedTap(name, matcher);
    tap.push(line(name, 'raw').slice(0, -4));
    expect(tap.discard()).toBe('[REDACTED:unleak-fault]\n');
    tap.push(`raw\n${line(name, 'next')}`);
    tap.end();
    expect(tap.all().toString()).toBe(`[REDACTED:unleak-fault]\n${line(name, 'next')}`);
  });
});

test('attrs that were clean are scanned again after a swap', () => {
  const attrs = (time: string): string =>
    `{"log":"x\\n","stream":"stdout","attrs":{"env":"rotated-value-1"},"time":"${time}"}\n`;
  const tap = new FramedTap('docker', matcher);
  const [first, second, third] = ['2024-05-06T07:08:09Z', '2024-05-06T07:08:10Z', '2024-05-06T07:08:11Z'];
  expect(tap.push(attrs(first!) + attrs(second!))).toBe(attrs(first!) + attrs(second!));
  tap.redactor.swap(matcherOf([{ name: 'new', value: Buffer.from('rotated-value-1') }]));
  expect(tap.push(attrs(third!))).toBe(attrs(third!).replace('rotated-value-1', '[REDACTED:new]'));
});

/** Holds everything until the end and throws when told to. */
class FaultyRedactor implements EditingRedactor {
  readonly findings = new FindingList();
  readonly records = 0;
  held = 0;
  readonly #faulty: () => boolean;

  constructor(faulty: () => boolean) {
    this.#faulty = faulty;
  }

  pushEdits(chunk: Uint8Array): void {
    if (this.#faulty()) throw new Error('fault');
    this.held += chunk.length;
  }

  idleEdits(sink: EditSink): void {
    sink.decided(this.held);
  }

  endEdits(sink: EditSink): void {
    sink.decided(this.held);
  }

  push(): void {}
  idle(): void {}
  end(): void {}
  swap(): void {}
  discard(): void {}
}
