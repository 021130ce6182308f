import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { TicketDraft } from '../app/tools.ts';
import { Failure } from '../domain/failure.ts';
import { forLine } from '../domain/untrusted.ts';
import { examples } from './examples.ts';
import { readDrafts } from './read-drafts.ts';
import type { Run, Session } from './session.ts';

export function addAddCommand(program: Command, run: Run): void {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  program
    .command('add')
    .description('write a ticket into the todo folder')
    .argument('[title]', 'what should be done, in a line')
    .option('-d, --description <text>', 'what should be done, at length')
    .option('--ac <text>', 'an acceptance criterion; can be given again', collect)
    .option('--priority <priority>', 'high, medium or low')
    .option('--label <label>', 'a label; can be given again', collect)
    .option('--model <model>', 'the model that should do it')
    .option(
      '--from-json <file>',
      'a list of {title, description, acceptanceCriteria, priority, labels, dependencies, model}',
    )
    .addHelpText(
      'after',
      examples(
        'add "Fix the login" -d "It fails with …" --ac "A test shows it" --priority high',
        'add --from-json tickets.json',
      ),
    )
    .action(run(add));
}

type AddOptions = {
  description?: string;
  ac?: string[];
  priority?: string;
  label?: string[];
  model?: string;
  fromJson?: string;
};

async function add(session: Session, title: string | undefined, options: AddOptions): Promise<number> {
  const { output, cwd } = session;
  const drafts = await draftsOf(title, options, cwd);
  const loaded = session.load();
  const { addTickets } = await import('../app/tools.ts');
  for (const { id, file } of await addTickets(drafts, loaded, session)) {
    if (output.json) await output.printJson({ id, file });
    else await output.print(`${output.paint('strong', forLine(id, 80))}  ${forLine(file, 300)}`);
  }
  return 0;
}

async function draftsOf(title: string | undefined, options: AddOptions, cwd: string): Promise<TicketDraft[]> {
  const { description, ac, priority, label, model, fromJson } = options;
  if (fromJson !== undefined) {
    if (title !== undefined) throw new Failure('BAD_USAGE', 'Give a title or --from-json, not both.');
    return readDrafts(await readText(resolve(cwd, fromJson)), fromJson);
  }
  if (title === undefined || title.trim() === '')
    throw new Failure('BAD_USAGE', 'No title was given; expected what should be done, or --from-json FILE.');
  return [
    {
      title,
      ...(description === undefined ? {} : { description }),
      ...(ac === undefined ? {} : { acceptanceCriteria: ac }),
      ...(priority === undefined ? {} : { priority }),
      ...(label === undefined ? {} : { labels: label }),
      ...(model === undefined ? {} : { model }),
    },
  ];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Failure('BAD_USAGE', `${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
