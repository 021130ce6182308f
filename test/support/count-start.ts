import { runProgram } from '../../scripts/demo/place.ts';
import type { Site } from '../../scripts/bench/site.ts';
import { builtProgram } from '../../scripts/bench/site.ts';

/** What a command costs on any machine: files of ours that were loaded, programs that were started, syncs of a disk. */
export type Counts = { files: number; programs: number; syncs: number };

/** Runs in the command's process, before it. */
const counter = `
  import { ChildProcess } from 'node:child_process';
  import { open } from 'node:fs/promises';
  import { registerHooks } from 'node:module';
  const counts = { files: 0, programs: 0, syncs: 0 };
  const count = (prototype, name, counted) => {
    const act = prototype[name];
    prototype[name] = function (...args) { counts[counted]++; return act.apply(this, args); };
  };
  const file = await open(process.execPath);
  count(Object.getPrototypeOf(file), 'sync', 'syncs');
  await file.close();
  count(ChildProcess.prototype, 'spawn', 'programs');
  registerHooks({ load(url, context, next) { counts.files += url.startsWith('file:'); return next(url, context); } });
  process.on('exit', () => process._rawDebug('counts ' + JSON.stringify(counts)));
`;

/** Runs the built command, and counts. */
export async function countStart(site: Site, ...args: string[]): Promise<Counts> {
  const [node = '', ...rest] = builtProgram;
  const preload = `data:text/javascript,${encodeURIComponent(counter)}`;
  const { err } = await runProgram(site, [node, '--import', preload, ...rest, ...args]);
  const [, counts] = /^counts (.*)$/m.exec(err) ?? [];
  if (counts === undefined) throw new Error(`ticketmill ${args.join(' ')} counted nothing: ${err}`);
  return JSON.parse(counts) as Counts;
}
