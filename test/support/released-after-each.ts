import { afterEach } from '@jest/globals';

/** Gives the stack that holds what the test at hand acquires, until it is over; to be called once a file. */
export function releasedAfterEach(): () => AsyncDisposableStack {
  let current = new AsyncDisposableStack();
  afterEach(async () => {
    const before = current;
    current = new AsyncDisposableStack();
    await before.disposeAsync();
  });
  return () => current;
}
