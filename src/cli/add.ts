import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { TicketDraft } from '../app/tools.ts';
import { Failure } from '../domain/failure.ts';
import { forLine } from '../domain/untrusted.ts';
import { addIssue } from './add-issue.ts';
import { addRows } from './add-rows.ts';
import { askForTicket } from './ask-for-ticket.ts';
import { examples } from './examples.ts';
import { openQuestions } from './questions.ts';
import { readRows } from './read-rows.ts';
import type { Run, Session } from './session.ts';

export function addAddCommand(program: Command, run: Run): void {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  program
    .command('add')
    .description('write a ticket into the todo folder; without anything on a terminal it asks')
    .argument('[title]', 'what should be done, in a line')
    .option('-d, --description <text>', 'what should be done, at length')
    .option('--ac <text>', 'an acceptance criterion; can be given again', collect)
    .option('--priority <priority>', 'high, medium or low')
    .option('--label <label>', 'a label; can be given again', collect)
    .option('--model <model>', 'the model that should do it')
    .option(
      '--from-json <file>',
      'a JSON list, or a line each, of {title, description, acceptanceCriteria, priority, labels, dependencies, model}; - for standard input',
    )
    .option(
      '--from-issue <issue>',
      'an issue of a forge as it is now, as OWNER/REPO#NUMBER; what is edited later is not taken',
    )
    .addHelpText(
      'after',
      examples(
        'add "Fix the login" -d "It fails with …" --ac "A test shows it" --priority high',
        'add',
        'add --from-json tickets.json',
        'add --from-issue acme/greeter#12',
        'add --from-json - --json < tickets.jsonl',
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
  fromIssue?: string;
};

async function add(session: Session, title: string | undefined, options: AddOptions): Promise<number> {
  const { output } = session;
  const { fromJson, fromIssue } = options;
  if (fromIssue !== undefined) {
    if (title !== undefined || fromJson !== undefined)
      throw new Failure('BAD_USAGE', '--from-issue goes alone: title and text are those of the issue.');
    return addIssue(session, fromIssue);
  }
  if (fromJson !== undefined) {
    if (title !== undefined) throw new Failure('BAD_USAGE', 'Give a title or --from-json, not both.');
    return addRows(session, readRows(await readInput(session, fromJson), fromJson));
  }
  const draft = await draftOf(session, title, options);
  const loaded = session.load();
  const { addTickets } = await import('../app/tools.ts');
  for (const { id, file } of await addTickets([draft], loaded, { ...session, warn: session.output.warn })) {
    if (output.json) await output.printJson({ id, file });
    else await output.print(`${output.paint('strong', forLine(id, 80))}  ${forLine(file, 300)}`);
  }
  return 0;
}

/** From the options; without any of them and without a title whoever sits there is asked. */
async function draftOf(
  session: Session,
  title: string | undefined,
  options: AddOptions,
): Promise<TicketDraft> {
  const { description, ac, priority, label, model } = options;
  const isBare = title === undefined && Object.keys(options).length === 0;
  if (isBare && session.isTerminal.stdin && !session.output.json) {
    const instead = 'give a title';
    return askForTicket(await openQuestions(session, { command: 'add', instead }));
  }
  if (title === undefined || title.trim() === '')
    throw new Failure('BAD_USAGE', 'No title was given; expected what should be done, or --from-json FILE.');
  return {
    title,
    ...(description === undefined ? {} : { description }),
    ...(ac === undefined ? {} : { acceptanceCriteria: ac }),
    ...(priority === undefined ? {} : { priority }),
    ...(label === undefined ? {} : { labels: label }),
    ...(model === undefined ? {} : { model }),
  };
}

async function readInput({ cwd, stdin, signal }: Session, file: string): Promise<string> {
  if (file === '-') return text(addAbortSignal(signal, stdin));
  const path = resolve(cwd, file);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Failure('BAD_USAGE', `${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
