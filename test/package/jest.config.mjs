import { fileURLToPath } from 'node:url';
import ordinary from '../../jest.config.mjs';

// Builds, packs and installs: seconds of both cores, and packages of npm that a machine may not have yet.
export default {
  ...ordinary,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  roots: ['<rootDir>/test/package'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
};
