import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { measureBacklog } from './backlog.ts';
import { measureClaims } from './claims.ts';
import { findSlower } from './compare.ts';
import { measureDeliveries } from './deliveries.ts';
import { measureHttp } from './http.ts';
import { measureMemory } from './memory.ts';
import { measureMetrics } from './metrics.ts';
import { measureOneByOne } from './one-by-one.ts';
import { readFigures, writeFigures } from './page.ts';
import { measureParallel } from './parallel.ts';
import { measurePeers } from './peers.ts';
import type { Figures } from './report.ts';
import { reportLines } from './report.ts';
import { measureRouting } from './routing.ts';
import { rounded } from './samples.ts';
import { measureStartUp } from './start-up.ts';
import { measureWarm } from './warm.ts';

export type BenchOptions = { json: boolean; full: boolean; only: string[]; write: boolean; check: boolean };

const many = 10_000;
const growth = [100, 1_000, 10_000, 100_000];

/** Each fills some of the figures. Those that only `--full` asks for take long or need other programs. */
const measurements: Record<string, { full?: true; measure: () => Promise<Partial<Figures>> }> = {
  'start-up': { measure: measureStartUp },
  memory: { measure: async () => ({ memory: await measureMemory() }) },
  claims: { measure: async () => ({ queue: await measureClaims() }) },
  tickets: { measure: measureOneByOne },
  http: { measure: async () => ({ http: await measureHttp() }) },
  deliveries: { measure: async () => ({ deliveries: await measureDeliveries() }) },
  metrics: { measure: async () => ({ metrics: await measureMetrics() }) },
  routing: { measure: () => Promise.resolve({ routing: measureRouting() }) },
  backlog: { measure: async () => ({ backlog10k: await measureBacklog(many) }) },
  parallel: { measure: async () => ({ parallel: await measureParallel() }) },
  warm: { measure: async () => ({ warm: await measureWarm() }) },
  peers: { measure: async () => ({ peers: await measurePeers(many) }) },
  growth: {
    full: true,
    measure: async () => {
      const rows = [];
      for (const tickets of growth) rows.push(await measureBacklog(tickets, 'done'));
      return { growth: rows };
    },
  },
};

/** Exit code: 1 when a check against the figures on record finds something slower, 2 for bad usage. */
export async function runBench({ json, full, only, write, check }: BenchOptions): Promise<number> {
  const unknown = only.find((name) => !(name in measurements));
  if (unknown !== undefined) {
    complain(
      `--only ${unknown}: there is no such measurement. Known: ${Object.keys(measurements).join(', ')}.`,
    );
    return 2;
  }
  const wanted = Object.entries(measurements).filter(([name, { full: long }]) =>
    only.length > 0 ? only.includes(name) : full || long !== true,
  );
  execFileSync(process.execPath, [fileURLToPath(new URL('../build.ts', import.meta.url))], {
    stdio: 'inherit',
  });
  const figures: Partial<Figures> = {};
  for (const [name, { measure }] of wanted) {
    complain(`measuring ${name} …`);
    Object.assign(figures, await measure().catch((error: unknown) => missing(figures, name, error)));
  }
  const told = roundAll(figures) as Partial<Figures>;
  process.stdout.write(`${json ? JSON.stringify(told) : reportLines(told).join('\n')}\n`);
  const slower = check ? findSlower(readFigures(), told) : [];
  // What could not be measured now is not told from before.
  if (write) writeFigures({ ...(only.length > 0 ? readFigures() : {}), ...told });
  slower.forEach(complain);
  return slower.length === 0 ? 0 : 1;
}

/** One that fails takes none of the others along: its row says why it is missing. */
function missing({ notMeasured = {} }: Partial<Figures>, name: string, error: unknown): Partial<Figures> {
  const reason = error instanceof Error ? error.message : String(error);
  complain(`${name} was not measured: ${reason}`);
  return { notMeasured: { ...notMeasured, [name]: reason.split('\n')[0] ?? '' } };
}

function roundAll(value: unknown): unknown {
  if (typeof value === 'number') return rounded(value);
  if (Array.isArray(value)) return value.map(roundAll);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, below]) => [name, roundAll(below)]));
}

/** Beside the figures, which programs read. */
function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
