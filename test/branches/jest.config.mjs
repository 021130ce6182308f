import { fileURLToPath } from 'node:url';
import ordinary from '../../jest.config.mjs';

// The whole suite with coverage; what is covered must not hang on the inputs that were drawn. Rooms that decide about
// tickets are held to every branch afterwards, by check-branches.ts.
export default {
  ...ordinary,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  setupFiles: [fileURLToPath(new URL('../support/fixed-seed.ts', import.meta.url))],
  collectCoverage: true,
  coverageReporters: ['text-summary', 'json'],
  coverageThreshold: { global: { lines: 90 } },
};
