import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';

/** Gives fresh directories and removes them after each test; call it once in a test file. */
export function temporaryDirectories(): () => string {
  let made: string[] = [];
  afterEach(() => {
    for (const directory of made) rmSync(directory, { recursive: true, force: true });
    made = [];
  });
  return () => {
    const directory = mkdtempSync(join(tmpdir(), 'ticketmill-test-'));
    made.push(directory);
    return directory;
  };
}
