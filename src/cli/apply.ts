import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { Applied } from '../app/tools.ts';
import { Failure } from '../domain/failure.ts';
import { forLine, showHidden } from '../domain/untrusted.ts';
import { examples } from './examples.ts';
import type { Output } from './output.ts';
import type { Run, Session } from './session.ts';

export function addApplyCommand(program: Command, run: Run): void {
  program
    .command('apply')
    .description("apply a model's reply, read from standard input, to a directory under the coder's rules")
    .option('--dir <dir>', 'the directory (default: the current one)')
    .addHelpText('after', examples('apply --dir ../project < reply.md', 'apply --json < reply.md'))
    .action(run(apply));
}

async function apply(session: Session, { dir }: { dir?: string }): Promise<number> {
  const { stdin, isTerminal, output, cwd, signal } = session;
  const directory = resolve(cwd, dir ?? '.');
  const isDirectory = await stat(directory).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isDirectory)
    throw new Failure('BAD_USAGE', `--dir is ${directory}, expected a directory that exists.`);
  if (isTerminal.stdin) output.say("Type or paste the model's reply, then end it with Ctrl-D.");
  const reply = new TextDecoder().decode(await buffer(addAbortSignal(signal, stdin)));
  const { applyReply } = await import('../app/tools.ts');
  const { applied, failed } = await applyReply(reply, directory);
  if (output.json) await output.printJson({ applied: applied.map(({ path }) => ({ path })), failed });
  else await print({ applied, failed }, output);
  return failed.length === 0 ? 0 : 1;
}

async function print({ applied, failed }: Applied, output: Output): Promise<void> {
  for (const { path, note } of applied) {
    const told = forLine(note === undefined ? path : `${path}: ${note}`, 2000);
    await output.print(`${output.paint('good', 'applied')} ${told}`);
  }
  for (const { path, reason } of failed) {
    const where = path === '' ? '' : ` ${forLine(path, 500)}`;
    await output.print(`${output.paint('bad', 'failed')}${where}: ${showHidden(reason)}`);
  }
}
