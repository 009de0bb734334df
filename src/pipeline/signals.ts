import { readFileSync } from 'node:fs';
import type { Child } from './child.ts';

const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];
/** What a terminal sends to every process in its foreground group, so to the child too. */
const BY_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH'];

/** Takes the signals over from the start, and hands them to the child once there is one. */
export class SignalForwarder {
  /** Settles with the first signal that came before there was a child and would end a program. */
  readonly early: Promise<NodeJS.Signals>;
  #onSignal: (signal: NodeJS.Signals) => void = () => {};
  #onEnding: () => void = () => {};
  #ending = false;
  /** One of ENDING that came while the child was being started: too late for `early`, too early for it. */
  #missed: NodeJS.Signals | null = null;
  readonly #listener = (signal: NodeJS.Signals): void => this.#onSignal(signal);

  constructor() {
    this.early = new Promise((done) => {
      this.#onSignal = (signal) => {
        if (!ENDING.includes(signal)) return;
        this.#missed = signal;
        done(signal);
      };
    });
    for (const signal of FORWARDED) process.on(signal, this.#listener);
  }

  to(child: Child): void {
    this.#onSignal = (signal) => {
      if (!(BY_TERMINAL.includes(signal) && inForeground())) child.kill(signal);
      if (!ENDING.includes(signal)) return;
      this.#ending = true;
      this.#onEnding();
    };
    if (this.#missed !== null) this.#onSignal(this.#missed);
  }

  /** Calls `listener` once somebody wants an end, at once if that was so already. */
  onEnding(listener: () => void): void {
    this.#onEnding = listener;
    if (this.#ending) listener();
  }

  close(): void {
    // USR1 stays taken: Node would open its inspector, a door to the memory that holds the Secrets.
    for (const signal of FORWARDED) {
      if (signal !== 'SIGUSR1') process.off(signal, this.#listener);
    }
  }
}

/**
 * Our process group has the terminal: what it sends reaches the child without us, and a second INT means
 * "now" to many programs. A signal sent by hand cannot be told from the terminal's and is not passed on.
 */
function inForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    // proc(5): after the name come state ppid pgrp session tty_nr tpgid.
    const [, , pgrp, , tty, tpgid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return tty !== '0' && pgrp === tpgid;
  } catch {
    return process.stdin.isTTY === true;
  }
}
