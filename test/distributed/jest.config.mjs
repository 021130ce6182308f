import { fileURLToPath } from 'node:url';
import ordinary from '../../jest.config.mjs';

// Daemons, workers and a Redis in processes of their own, which are killed and waited for: minutes, and no place in
// what runs at every change.
export default {
  ...ordinary,
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  roots: ['<rootDir>/test/distributed'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};
