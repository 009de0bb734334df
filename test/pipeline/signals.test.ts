import { afterEach, expect, test } from 'vitest';
import type { Child } from '../../src/pipeline/child.ts';
import { SignalForwarder } from '../../src/pipeline/signals.ts';

let forwarder: SignalForwarder | null = null;
afterEach(() => forwarder?.close());

/** A child that only remembers what it was sent. */
function recorder(): { sent: string[]; child: Child } {
  const sent: string[] = [];
  return { sent, child: { kill: (signal: string) => void sent.push(signal) } as unknown as Child };
}

const arrives = (signal: NodeJS.Signals): void => void process.emit(signal, signal);

test('a TERM that comes while the child is being started reaches it, and asks for an end', () => {
  forwarder = new SignalForwarder();
  const { sent, child } = recorder();
  arrives('SIGUSR2');
  arrives('SIGTERM');
  forwarder.to(child);
  expect(sent).toEqual(['SIGTERM']);
  let asked = 0;
  forwarder.onEnding(() => void asked++);
  expect(asked).toBe(1);
});

test('signals reach the child as they come, each once', () => {
  forwarder = new SignalForwarder();
  const { sent, child } = recorder();
  forwarder.to(child);
  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'] as const) arrives(signal);
  expect(sent).toEqual(['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM']);
});
