/** Nothing came in time. */
export const SILENT: unique symbol = Symbol('silent');

/**
 * What `pending` gives, or SILENT when it has given nothing for `ms` milliseconds (null: however long it
 * takes) or when it is nudged. `pending` goes on; ask again with the same promise.
 *
 * @param arm is handed a function that ends the wait at once, and null when the wait is over
 */
export function within<T>(
  pending: Promise<T>,
  ms: number | null,
  arm: (nudge: (() => void) | null) => void,
): Promise<T | typeof SILENT> {
  return new Promise((done, fail) => {
    const silent = (): void => {
      over();
      done(SILENT);
    };
    const timer = ms === null ? null : setTimeout(silent, ms);
    const over = (): void => {
      if (timer !== null) clearTimeout(timer);
      arm(null);
    };
    arm(silent);
    pending.then(
      (value) => {
        over();
        done(value);
      },
      (error: unknown) => {
        over();
        fail(error);
      },
    );
  });
}
