import { fileURLToPath } from 'node:url';

export default {
  testEnvironment: fileURLToPath(new URL('./test/support/environment.cjs', import.meta.url)),
  roots: ['<rootDir>/test'],
  // `npm run test:faults` and `test:queue` take minutes, and `npm run test:package` packages of npm.
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/faults/',
    '<rootDir>/test/distributed/',
    '<rootDir>/test/package/',
  ],
  testMatch: ['**/*.test.ts'],
  // Jest leaves a core free for a person; on two cores that is half of them, and much of the time is waiting for git.
  maxWorkers: '100%',
  extensionsToTreatAsEsm: ['.ts'],
  // A submission's fate must not hang on the inputs that were drawn; everywhere else new ones are tried each time.
  setupFiles: process.env.CI ? [fileURLToPath(new URL('./test/support/fixed-seed.ts', import.meta.url))] : [],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/test/fixtures'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts', '!src/ports.ts', '!src/http/dashboard/page/**'],
  testTimeout: 30_000,
};
