import { fileURLToPath } from 'node:url';
import ordinary from '../../jest.config.mjs';

// Faults take minutes, and most of that is waiting: for git, for servers that do not answer, for lives that end.
export default {
  ...ordinary,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  roots: ['<rootDir>/test/faults'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 2,
};
