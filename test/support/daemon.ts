import { afterEach } from '@jest/globals';
import type { Mill, MillOptions } from './mill.ts';
import { openMill } from './mill.ts';

/** Gives mills and takes them apart after each test; call it once in a test file. */
export function openMills(): (options: MillOptions) => Promise<Mill> {
  let opened: AsyncDisposableStack = new AsyncDisposableStack();
  afterEach(async () => {
    const before = opened;
    opened = new AsyncDisposableStack();
    await before.disposeAsync();
  });
  return (options) => openMill(options, opened);
}
