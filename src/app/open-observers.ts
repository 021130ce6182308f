import { mkdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/environment.ts';
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
import type { Clock, RunHook } from '../ports.ts';
import type { AuditTrail } from '../telemetry/audit-trail.ts';
import { openAuditTrail } from '../telemetry/audit-trail.ts';
import { logEvent } from '../telemetry/log-event.ts';
import { logLevels } from '../telemetry/log-line.ts';
import type { LogLevel } from '../telemetry/log-line.ts';
import type { Log, LogOptions } from '../telemetry/log.ts';
import { logWhenNeeded } from '../telemetry/log-when-needed.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Redact } from '../telemetry/redact.ts';
import { createRedactor } from '../telemetry/redact.ts';
import { openHooks } from './open-hooks.ts';
import { openNotifications } from './open-notifications.ts';
import { openTraces } from './open-traces.ts';
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
  /** Lets commands of the user have a say at a step. */
  hook: RunHook;
  redact: (text: string) => string;
};

export type ObserverOptions = {
  clock: Clock;
  env: Environment;
  console: LogOptions['console'];
  /** One more observer, of whoever asked. */
  observe: Observe;
  /** Whether tickets will be worked on, or only be spoken of. */
  works: boolean;
};

const keepDays = 365;
const keepEvents = 1_000_000;
const keepRunsDays = 7;

export async function openObservers(
  loaded: LoadedConfig,
  paths: Paths,
  stack: AsyncDisposableStack,
  options: ObserverOptions,
): Promise<Observers> {
  const { clock } = options;
  // What goes wrong before there is a log is told to whoever asked.
  const warn = (message: string): void => options.observe({ type: 'daemon:warning', message });
  const redact = createRedactor(Object.values(loaded.secrets));
  await ignoreFolder(paths.logs);
  const opening = (): Promise<Log> => openLog(loaded, paths.logs, { ...options, warn });
  const log = options.works ? await opening() : logWhenNeeded(opening);
  stack.defer(() => log.close());
  const audit = openAuditTrail({
    file: auditFile(paths),
    now: () => clock.now(),
    redact,
    person: userInfo().username,
    warn,
  });
  stack.defer(() => audit.close());
  const statistics = openHistory(paths, { clock, redact, warn });
  stack.defer(() => statistics.close());
  const runFiles = openRunFiles({ directory: join(paths.state, 'runs'), now: () => clock.now(), redact });
  stack.defer(() => runFiles.close());
  await runFiles.prune(keepRunsDays);
  const metrics = options.works ? await openMetrics() : noMetrics;
  const runs = trackRuns(clock);
  const writeLog: Observe = (event) => {
    const entry = logEvent(event);
    if (entry !== null) log.write(entry);
  };
  const reach = await openReach(loaded, options, {
    redact,
    warn: (message) => observe({ type: 'daemon:warning', message }),
  });
  stack.defer(() => reach.close());
  const observers = [runs.observe, writeLog, metrics.observe, statistics.observe];
  const hooks = openHooks(loaded, {
    ...options,
    redact,
    warn: (message) => observe({ type: 'daemon:warning', message }),
  });
  stack.defer(() => hooks.close());
  const files = [runFiles.observe, audit.observe, hooks.observe];
  const observe: Observe = fanOut(
    [...observers, ...files, ...reach.observers, options.observe],
    (error, event) =>
      log.write({
        level: 'error',
        component: 'processor',
        message: `An observer of ${event.type} failed: ${String(error)}`,
      }),
  );
  return { observe, log, metrics, statistics, runFiles, audit, runs, hook: hooks.step, redact };
}

async function openMetrics(): Promise<Metrics> {
  const { createMetrics } = await import('../telemetry/metrics.ts');
  return createMetrics({ collectDefault: true });
}

/** Of a command, which is over before anybody could ask. */
const noMetrics: Metrics = {
  observe: () => undefined,
  setGauges: () => undefined,
  countDelivery: () => undefined,
  text: () => Promise.resolve(''),
  contentType: 'text/plain',
};

async function openLog(
  { config, secrets }: LoadedConfig,
  directory: string,
  { clock, console, warn }: Pick<LogOptions, 'clock' | 'console' | 'warn'>,
): Promise<Log> {
  const { createLog } = await import('../telemetry/log.ts');
  const { level, maxSize, maxFiles, compress, format, includeTimestamp } = config.logging;
  return createLog({
    directory,
    level: logLevel(level),
    maxSize,
    maxFiles,
    compress,
    format,
    includeTimestamp,
    secrets: Object.values(secrets),
    console,
    warn,
    clock,
  });
}

function openHistory(
  { state }: Paths,
  { clock, redact, warn }: { clock: Clock; redact: Redact; warn: (message: string) => void },
): Statistics {
  const now = (): Date => clock.now();
  const database = openDatabase({ file: join(state, 'state.db'), migrations, now });
  if (database.putAside !== null)
    warn(`The history could not be read and begins anew; it is kept as ${database.putAside}.`);
  return createStatistics({ database, now, keepDays, keepEvents, redact });
}

/** Those who tell of events beyond this machine. */
async function openReach(
  loaded: LoadedConfig,
  { clock, env }: ObserverOptions,
  told: { redact: Redact; warn: (message: string) => void },
) {
  const notifications = openNotifications(loaded, { ...told, clock, env });
  const traces = await openTraces(loaded, { ...told, clock });
  return {
    observers: [notifications.observe, ...(traces === null ? [] : [traces.observe])],
    close: () => Promise.all([notifications.close(), traces?.close()]).then(() => undefined),
  };
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
