import { fileURLToPath } from 'node:url';

// `npm run test:mutation`: changes the rooms that decide, one place at a time, and counts which changes no test notices.
export default {
  testRunner: 'in-process',
  plugins: [fileURLToPath(new URL('./in-process-runner.ts', import.meta.url))],
  coverageAnalysis: 'perTest',
  mutate: ['src/domain/**/*.ts', 'src/guard/**/*.ts', 'src/backlog/markdown.ts', 'src/agent/edit-blocks.ts'],
  // Wording is for people, and held by no test on purpose. What runs once, at import, would need a process a change.
  mutator: { excludedMutations: ['StringLiteral'] },
  ignoreStatic: true,
  concurrency: 2,
  dryRunTimeoutMinutes: 30,
  thresholds: { high: 90, low: 85, break: 80 },
  // A second run takes up only what changed since.
  incremental: true,
  incrementalFile: 'coverage/mutation/incremental.json',
  tempDirName: 'coverage/mutation/sandbox',
  symlinkNodeModules: false,
  reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  htmlReporter: { fileName: 'coverage/mutation/report.html' },
  clearTextReporter: { logTests: false, allowColor: false },
  ignorePatterns: ['/docs', '/dist', '/coverage', '/logs', '/backlog', '/.ticketmill'],
};
