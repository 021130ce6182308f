import { mkdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Paths } from '../config/paths.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Observe } from '../domain/event.ts';
import { fanOut } from '../domain/event.ts';
import { writeNew } from '../files/write-new.ts';
import { openDatabase } from '../history/database.ts';
import { migrations } from '../history/schema.ts';
import type { Statistics } from '../history/statistics.ts';
import { createStatistics } from '../history/statistics.ts';
import type { RunFiles } from '../journal/run-files.ts';
import { openRunFiles } from '../journal/run-files.ts';
import { trackRuns } from '../pipeline/track-runs.ts';
import type { Clock } from '../ports.ts';
import type { AuditTrail } from '../telemetry/audit-trail.ts';
import { openAuditTrail } from '../telemetry/audit-trail.ts';
import { logEvent } from '../telemetry/log-event.ts';
import { logLevels } from '../telemetry/log-line.ts';
import type { LogLevel } from '../telemetry/log-line.ts';
import type { Log, LogOptions } from '../telemetry/log.ts';
import { createLog } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createRedactor } from '../telemetry/redact.ts';
import { auditFile } from './verify-trail.ts';

/** Everything that learns of events and decides nothing. */
export type Observers = {
  observe: Observe;
  log: Log;
  metrics: Metrics;
  statistics: Statistics;
  runFiles: RunFiles;
  audit: AuditTrail;
  runs: ReturnType<typeof trackRuns>;
  redact: (text: string) => string;
};

export type ObserverOptions = {
  clock: Clock;
  console: LogOptions['console'];
  /** One more observer, of whoever asked. */
  observe: Observe;
};

const keepDays = 365;
const keepEvents = 1_000_000;
const keepRunsDays = 7;

export async function openObservers(
  { config, secrets }: LoadedConfig,
  paths: Paths,
  stack: AsyncDisposableStack,
  options: ObserverOptions,
): Promise<Observers> {
  const { clock } = options;
  // What goes wrong before there is a log is told to whoever asked.
  const warn = (message: string): void => options.observe({ type: 'daemon:warning', message });
  const known = Object.values(secrets);
  const redact = createRedactor(known);
  await ignoreFolder(paths.logs);
  const { maxSize, maxFiles, compress, format, includeTimestamp } = config.logging;
  const log = createLog({
    directory: paths.logs,
    level: logLevel(config.logging.level),
    maxSize,
    maxFiles,
    compress,
    format,
    includeTimestamp,
    secrets: known,
    console: options.console,
    warn,
    clock,
  });
  stack.defer(() => log.close());
  const audit = openAuditTrail({
    file: auditFile(paths),
    now: () => clock.now(),
    redact,
    person: userInfo().username,
    warn,
  });
  stack.defer(() => audit.close());
  const file = join(paths.state, 'state.db');
  const database = openDatabase({ file, migrations, now: () => clock.now() });
  if (database.putAside !== null)
    warn(`The history could not be read and begins anew; it is kept as ${database.putAside}.`);
  const statistics = createStatistics({ database, now: () => clock.now(), keepDays, keepEvents, redact });
  stack.defer(() => statistics.close());
  const runFiles = openRunFiles({ directory: join(paths.state, 'runs'), now: () => clock.now(), redact });
  stack.defer(() => runFiles.close());
  await runFiles.prune(keepRunsDays);
  const metrics = createMetrics({ collectDefault: true });
  const runs = trackRuns(clock);
  const writeLog: Observe = (event) => {
    const entry = logEvent(event);
    if (entry !== null) log.write(entry);
  };
  const observers = [runs.observe, writeLog, metrics.observe, statistics.observe];
  const files = [runFiles.observe, audit.observe];
  const observe = fanOut([...observers, ...files, options.observe], (error, event) =>
    log.write({
      level: 'error',
      component: 'processor',
      message: `An observer of ${event.type} failed: ${String(error)}`,
    }),
  );
  return { observe, log, metrics, statistics, runFiles, audit, runs, redact };
}

/** What a folder of ours holds is nobody's change; one that was there before is its owner's affair. */
async function ignoreFolder(folder: string): Promise<void> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await mkdir(folder, { recursive: true });
  await writeNew(join(folder, '.gitignore'), '*\n');
}

/** The earlier names of levels that winston has and we do not. */
function logLevel(level: string): LogLevel {
  return logLevels.find((known) => known === level) ?? 'debug';
}
