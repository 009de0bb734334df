import { SAW_AMPERSAND, SAW_ESC, SAW_PERCENT } from '../kernel/kernel.ts';
import { opensReference } from './entities.ts';
import { SAW_ESCAPE } from './openers.ts';
import { opensPercent } from './percent.ts';
import type { ViewSource } from './view.ts';

/** Which bytes open the escapes of a view, and whether one does so where it stands: most `&` stand between parameters. */
interface Kind {
  readonly byte: number;
  readonly other: number;
  readonly opens: (source: ViewSource, at: number, more: boolean) => boolean;
}

const always = (): boolean => true;

/** By the SAW_* bits of a view's trigger. */
const KINDS = new Map<number, Kind>([
  [SAW_ESCAPE, { byte: 0x5c, other: 0x1b, opens: always }],
  [SAW_ESC, { byte: 0x1b, other: 0x1b, opens: always }],
  [SAW_PERCENT, { byte: 0x25, other: 0x25, opens: opensPercent }],
  [SAW_AMPERSAND, { byte: 0x26, other: 0x26, opens: opensReference }],
]);

/** Goes from one escape of a source to the next. */
export class OpenerCursor {
  readonly #source: ViewSource;
  readonly #more: boolean;
  readonly #kind: Kind;

  /**
   * @param trigger SAW_* bits of the bytes that open the escapes sought
   * @param more data may follow the source's end
   */
  constructor(source: ViewSource, trigger: number, more: boolean) {
    this.#source = source;
    this.#more = more;
    this.#kind = KINDS.get(trigger)!;
  }

  /** The first opener at or behind `from`, or the source's end. */
  next(from: number): number {
    const { bytes, to, openers } = this.#source;
    const { byte, other, opens } = this.#kind;
    let at = openers.next(bytes, from, to, byte, other);
    while (at < to && !opens(this.#source, at, this.#more)) at = openers.next(bytes, at + 1, to, byte, other);
    return at;
  }
}
