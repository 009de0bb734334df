import type { MatcherSupply } from './matcher-supply.ts';

/** What HUP does: from the first moment on it ends nothing, and one that comes too early is made up for. */
export class Reloads {
  #asked = false;
  #reload = (): void => {
    this.#asked = true;
  };
  readonly #listener = (): void => this.#reload();

  constructor() {
    process.on('SIGHUP', this.#listener);
  }

  serve(supply: MatcherSupply): void {
    this.#reload = () => void supply.reload();
    if (this.#asked) this.#reload();
  }

  over(): void {
    process.off('SIGHUP', this.#listener);
  }
}
