import { join } from 'node:path';
import type { Command } from 'commander';
import { prepareRoot } from '../app/prepare-root.ts';
import type { Prepared } from '../app/prepare-root.ts';
import { findRepository, listModels } from '../app/tools.ts';
import type { ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { forLine } from '../domain/untrusted.ts';
import { openQuestions } from './ask.ts';
import type { Questions } from './ask.ts';
import { chooseModel } from '../domain/choose-model.ts';
import { examples } from './examples.ts';
import type { Output } from './output.ts';
import type { Loaded, Run, Session } from './session.ts';

export function addInitCommand(program: Command, run: Run): void {
  program
    .command('init')
    .description('make a repository ready: config, folders, .gitignore lines, and a model that Ollama has')
    .option('--yes', 'ask nothing')
    .addHelpText('after', examples('init', 'init --yes', 'init --yes --root ../project'))
    .action(run(init));
}

async function init(session: Session, { yes }: { yes?: boolean }): Promise<number> {
  if (yes === true) return setUp(session, null);
  if (!session.isTerminal.stdin)
    throw new Failure('BAD_USAGE', '`init` asks questions, but standard input is no terminal; use --yes.');
  const questions = openQuestions(session);
  try {
    return await setUp(session, questions);
  } finally {
    questions.close();
  }
}

async function setUp(session: Session, questions: Questions | null): Promise<number> {
  const loaded = session.load();
  await findRepository(loaded.root);
  const { root, file, paths } = loaded;
  const model = file === null ? await pickModel(session, loaded, questions) : null;
  if (questions !== null && !(await questions.confirm(`Set up ${root}?`))) return 1;
  const prepared = await prepareRoot(paths, file ?? join(root, 'config.json'), model);
  await print({ root, model: model ?? loaded.config.ollama.defaultModel ?? null, prepared }, session.output);
  return 0;
}

/** What goes into the config: null when no model can be chosen, or the environment names one. */
async function pickModel(
  session: Session,
  { config }: Loaded,
  questions: Questions | null,
): Promise<string | null> {
  if (config.ollama.defaultModel !== undefined) return null;
  const models = await modelsThere(session, config);
  const proposed = chooseModel(models);
  if (proposed === null || questions === null) return proposed;
  return questions.whichModel(models, proposed);
}

async function modelsThere(
  { clock, signal, output }: Session,
  config: Loaded['config'],
): Promise<ModelFacts[]> {
  try {
    return await listModels(config, clock, signal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    output.warn(forLine(error.message, 1000));
    return [];
  }
}

type Done = { root: string; model: string | null; prepared: Prepared[] };

async function print({ root, model, prepared }: Done, output: Output): Promise<void> {
  if (output.json) return output.printJson({ root, model, files: prepared });
  for (const { path, outcome } of prepared) {
    await output.print(`${output.paint(outcome === 'kept' ? 'dim' : 'good', outcome.padEnd(8))}  ${path}`);
  }
  const pull = ['ollama pull qwen2.5-coder:7b   # then set "ollama": {"defaultModel": …} in config.json'];
  const steps = [
    ...(model === null ? pull : []),
    'ticketmill doctor              # is everything there?',
    'ticketmill add "Say what should be done"',
    'ticketmill start',
  ];
  const named = model === null ? '' : ` with ${forLine(model, 200)}`;
  await output.print(['', `Ready${named}. Next:`, ...steps.map((step) => `  ${step}`)].join('\n'));
}
