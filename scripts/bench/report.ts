import type { LargeBacklog } from './backlog.ts';
import type { Claims } from './claims.ts';
import type { Deliveries } from './deliveries.ts';
import type { Http } from './http.ts';
import type { Memory } from './memory.ts';
import type { MetricsCost } from './metrics.ts';
import type { OneByOne } from './one-by-one.ts';
import type { Speedup } from './parallel.ts';
import type { Peers } from './peers.ts';
import type { RoutingCost } from './routing.ts';
import type { StartUp } from './start-up.ts';
import type { Warm } from './warm.ts';

/** What `npm run bench -- --json` prints; times in ms unless the name says otherwise, memory in MB. */
export type Figures = OneByOne &
  StartUp & {
    parallel: Speedup[];
    backlog10k: LargeBacklog;
    http: Http;
    deliveries: Deliveries;
    metrics: MetricsCost;
    routing: RoutingCost;
    memory: Memory;
    queue: Claims;
    peers: Peers;
    growth: LargeBacklog[];
    warm: Warm;
    /** Why, by the name of the measurement. */
    notMeasured: Record<string, string>;
  };

/** One figure as people read it: what it is, its value, and what it is held against. */
export type Row = { what: string; value: string; beside: string };

export function rowsOf(figures: Partial<Figures>): Row[] {
  return [
    ...ticketRows(figures),
    ...(figures.parallel ?? []).map(({ agents, seconds, speedup }) => ({
      what: `20 tickets by ${agents} ${agents === 1 ? 'agent' : 'agents'}`,
      value: `${speedup} times as fast`,
      beside: `${seconds} s; a model that takes 10 s a ticket`,
    })),
    ...backlogRows(figures),
    ...processRows(figures),
    ...Object.entries(figures.notMeasured ?? {}).map(([name, reason]) => ({
      what: name,
      value: 'not measured',
      beside: reason.replaceAll('|', '/'),
    })),
  ];
}

function ticketRows({ overhead, detection, prompt, queue, warm }: Partial<Figures>): Row[] {
  const rows: Row[] = [];
  if (warm !== undefined)
    rows.push({
      what: 'from claim to first request, with a worktree that lay ready',
      value: `${warm.ratio} of the time without`,
      beside: `${warm.warmP50Ms} ms to ${warm.coldP50Ms} ms; setting up takes ${warm.setupMs} ms`,
    });
  if (overhead !== undefined)
    rows.push({
      what: 'a ticket, without the model’s time',
      value: `${overhead.ratio} of a bare script`,
      beside: `${overhead.p50Ms} ms, p95 ${overhead.p95Ms} ms; the script ${overhead.floorP50Ms} ms`,
    });
  if (detection !== undefined)
    rows.push({
      what: 'from arrival to claim',
      value: `${detection.p50Ms} ms`,
      beside: `p99 ${detection.p99Ms} ms; written in place ${detection.inPlaceP50Ms} ms, of which ${detection.debounceMs} ms are quiet`,
    });
  if (queue !== undefined)
    rows.push({
      what: 'claims a second, every step synced',
      value: `${queue.claimsPerSecond}`,
      beside: queue.inMemoryPerSecond === null ? '' : `${queue.inMemoryPerSecond} where a sync costs nothing`,
    });
  if (prompt !== undefined)
    rows.push({
      what: 'first request to the model',
      value: `${prompt.firstRequestTokens} tokens`,
      beside: '',
    });
  return rows;
}

function backlogRows({ backlog10k, growth = [], peers }: Partial<Figures>): Row[] {
  const rows = [...(backlog10k === undefined ? [] : [backlog10k]), ...growth].flatMap((backlog, index) => {
    const where = index === 0 && backlog10k !== undefined ? 'todo' : 'done';
    const of = `${backlog.tickets.toLocaleString('en')} tickets in ${where}`;
    return [
      {
        what: `${of}: status`,
        value: `${backlog.listMs} ms`,
        beside: `the first time ${backlog.firstListMs} ms; ${backlog.listRssMb} MB at most`,
      },
      {
        what: `${of}: daemon up and all read`,
        value: `${backlog.scanMs} ms`,
        beside: `the first time ${backlog.firstScanMs} ms; ${backlog.rssMb} MB at most`,
      },
    ];
  });
  const { backlogCli = null } = peers ?? {};
  if (backlogCli === null) return rows;
  const { version, tickets, listMs, statusMs, ratio } = backlogCli;
  return [
    ...rows,
    {
      what: `${tickets.toLocaleString('en')} tickets: \`status\` against \`backlog task list\``,
      value: `${ratio} times as fast`,
      beside: `${statusMs} ms to ${listMs} ms by Backlog.md ${version}`,
    },
  ];
}

function processRows({
  http,
  deliveries,
  metrics,
  routing,
  memory,
  restart,
  commands,
}: Partial<Figures>): Row[] {
  const rows: Row[] = [];
  if (metrics !== undefined)
    rows.push({
      what: 'counting an event for `/metrics`',
      value: `${metrics.eventUs} µs`,
      beside: `${metrics.scrapeMs} ms to answer with ${metrics.series} series`,
    });
  if (routing !== undefined)
    rows.push({
      what: 'deciding who gets a ticket, of 20 models',
      value: `${routing.p50Us} µs`,
      beside: `p99 ${routing.p99Us} µs; ${routing.slowestP50Us} µs by \`${routing.slowest}\``,
    });
  if (http !== undefined)
    rows.push({
      what: '`/health`, requests a second',
      value: `${http.ratio} of a bare express route`,
      beside: `${http.healthRps} to ${http.plainExpressRps}`,
    });
  if (deliveries !== undefined)
    rows.push({
      what: `${deliveries.count.toLocaleString('en')} webhook deliveries in ${deliveries.seconds} s`,
      value: `p99 ${deliveries.p99Ms} ms`,
      beside: `p50 ${deliveries.p50Ms} ms, each on disk before its answer; ${deliveries.accepted} accepted`,
    });
  if (memory !== undefined)
    rows.push({
      what: 'memory of the daemon, idle',
      value: `${memory.idleRssMb} MB`,
      beside: `${memory.loadedRssMb} MB with ten tickets at once`,
    });
  if (restart !== undefined)
    rows.push({ what: 'from start to ready', value: `${restart.readyMs} ms`, beside: '' });
  if (commands !== undefined) rows.push(...commandRows(commands));
  return rows;
}

function commandRows({
  versionMs,
  statusMs,
  lintMs,
  bareNodeMs,
  throughDaemonMs,
  each,
}: Figures['commands']): Row[] {
  const bySpeed = Object.entries(each).sort(([, a], [, b]) => b - a);
  const told = bySpeed.map(([line, ms]) => `\`${line.replace(' --json', '')}\` ${ms}`).join(', ');
  return [
    {
      what: 'a command: `--version`, `status`, `lint`',
      value: `${versionMs}, ${statusMs}, ${lintMs} ms`,
      beside: `node alone ${bareNodeMs} ms; \`status\` through a daemon ${throughDaemonMs} ms`,
    },
    { what: 'the other commands', value: `at most ${bySpeed[0]?.[1] ?? 0} ms`, beside: told },
  ];
}

export function reportLines(figures: Partial<Figures>): string[] {
  const rows = rowsOf(figures);
  const widest = (member: keyof Row): number => Math.max(0, ...rows.map((row) => row[member].length));
  const [what, value] = [widest('what'), widest('value')];
  return rows.map((row) => `${row.what.padEnd(what)}  ${row.value.padEnd(value)}  ${row.beside}`.trimEnd());
}
