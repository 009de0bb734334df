import type { Trouble } from './http-protocol.ts';

/** Why an exchange ended without upstream's answer. */
export class Failed extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble, message: string) {
    super(message);
    this.trouble = trouble;
  }
}
