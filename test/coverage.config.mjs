import { fileURLToPath } from 'node:url';
import ordinary from '../jest.config.mjs';

// The whole suite with coverage. What decides about tickets is held to its branches as well; docs/coverage.md names
// those that stay uncovered, and why.
export default {
  ...ordinary,
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  collectCoverage: true,
  coverageReporters: ['text', 'json'],
  coverageThreshold: {
    global: { lines: 90 },
    './src/domain/': { lines: 98, branches: 94 },
    './src/pipeline/': { lines: 98, branches: 95 },
    './src/backlog/': { lines: 98, branches: 94 },
    './src/journal/': { lines: 99, branches: 97 },
    './src/guard/': { lines: 98, branches: 92 },
  },
};
