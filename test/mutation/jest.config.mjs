import { fileURLToPath } from 'node:url';
import ordinary from '../../jest.config.mjs';

// What is changed on purpose must be noticed by the tests of its own room; the same inputs are drawn each time.
export default {
  ...ordinary,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  testMatch: [
    '<rootDir>/test/domain/**/*.test.ts',
    '<rootDir>/test/guard/**/*.test.ts',
    '<rootDir>/test/backlog/{markdown,parse-ticket}.test.ts',
    '<rootDir>/test/agent/{edit-blocks,fenced-files,search-replace-blocks}.test.ts',
  ],
  setupFiles: [fileURLToPath(new URL('../support/fixed-seed.ts', import.meta.url))],
};
