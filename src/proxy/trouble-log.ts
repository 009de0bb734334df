import type { Observer } from '../observe/observer.ts';
import type { Trouble } from './http-protocol.ts';

/** At most one line of a kind in this time: an upstream that is down fails every request. */
const EVERY_MS = 1_000;

/** What is told: a trouble, or that a client did not know the shared key. */
export type Told = Trouble | 'refused';

const CODES: Record<Told, string> = {
  busy: 'E_PROXY_BUSY',
  malformed: 'E_PROXY_MALFORMED',
  'too-large': 'E_PROXY_TOO_LARGE',
  encoding: 'E_PROXY_ENCODING',
  'not-found': 'E_PROXY_NOT_FOUND',
  refused: 'E_PROXY_REFUSED',
};

/** Says what went wrong on a route, a line a second of each kind, with the number of those left out. */
export class TroubleLog {
  readonly #observer: Observer;
  readonly #where: string;
  readonly #last = new Map<Told, { atMs: number; left: number }>();

  constructor(observer: Observer, where: string) {
    this.#observer = observer;
    this.#where = where;
  }

  /** @param why names limits and codes, never content */
  say(trouble: Told, why: string): void {
    const now = performance.now();
    const last = this.#last.get(trouble) ?? { atMs: -EVERY_MS, left: 0 };
    this.#last.set(trouble, last);
    if (now - last.atMs < EVERY_MS) {
      last.left++;
      return;
    }
    const more = last.left === 0 ? '' : ` (and ${last.left} like it since the last such line)`;
    last.atMs = now;
    last.left = 0;
    this.#observer.say('warn', CODES[trouble], `${this.#where}: ${why}${more}`);
  }
}
