import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { Command } from 'commander';
import type { Linted } from '../app/tools.ts';
import { forLine } from '../domain/untrusted.ts';
import { examples } from './examples.ts';
import type { Output } from './output.ts';
import type { Run, Session } from './session.ts';

export function addLintCommand(program: Command, run: Run): void {
  program
    .command('lint')
    .description(
      'parse tickets and report problems; with --json one object a line: {file, ok, error, ticket}',
    )
    .argument('[files...]', 'tickets, or folders of them (default: all of the backlog)')
    .addHelpText('after', examples('lint', 'lint backlog/todo/login.md', 'lint --json docs/tickets'))
    .action(run(lintTickets));
}

async function lintTickets(session: Session, named: string[]): Promise<number> {
  const { output, cwd, signal } = session;
  const { lint, listTickets } = await import('../app/tools.ts');
  const files = await listTickets(named.length > 0 ? named : await backlogFolders(session), cwd);
  let bad = 0;
  // Lines are written in pieces: a write for each of many thousand would cost more than reading the tickets.
  let pending: string[] = [];
  const flush = async (): Promise<void> => {
    if (pending.length > 0) await output.print(pending.join('\n'));
    pending = [];
  };
  for await (const linted of lint(files, signal)) {
    if (!linted.line.ok) bad += 1;
    pending.push(...describe(linted, output));
    if (pending.length >= 100) await flush();
  }
  await flush();
  output.say(`${files.length} looked at, ${bad === 0 ? 'all can be read' : `${bad} cannot be read`}.`);
  return bad === 0 ? 0 : 1;
}

/** Those that are there, as seen from here. */
async function backlogFolders({ load, cwd }: Session): Promise<string[]> {
  const { ticketFolders } = await import('../app/forge/backlog-project.ts');
  const there = ticketFolders(load()).filter((folder) => existsSync(folder));
  return there.map((folder) => {
    const way = relative(cwd, folder);
    return way.startsWith('..') ? folder : way;
  });
}

function describe({ line, warnings }: Linted, { json, paint }: Output): string[] {
  if (json) return [JSON.stringify(line)];
  if (!line.ok) return [`${paint('bad', 'error')} ${forLine(line.error ?? line.file, 1000)}`];
  return warnings().map(
    (warning) => `${paint('warn', 'warning')} ${forLine(`${line.file}: ${warning}`, 1000)}`,
  );
}
