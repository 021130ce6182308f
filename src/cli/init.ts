import { join } from 'node:path';
import type { Command } from 'commander';
import { prepareRoot } from '../app/prepare-root.ts';
import type { Prepared } from '../app/prepare-root.ts';
import { findRepository, listModels } from '../app/tools.ts';
import type { ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { forLine } from '../domain/untrusted.ts';
import { askModel, confirm } from './ask.ts';
import { chooseModel } from './choose-model.ts';
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
  const asks = yes !== true;
  if (asks && !session.isTerminal.stdin)
    throw new Failure('BAD_USAGE', '`init` asks questions, but standard input is no terminal; use --yes.');
  const loaded = session.load();
  await findRepository(loaded.root);
  const isNew = loaded.file === null;
  const model = isNew ? await pickModel(session, loaded, asks) : (loaded.config.ollama.defaultModel ?? null);
  if (asks && !(await confirm(session, `Set up ${loaded.root}?`))) return 1;
  const prepared = await prepareRoot(loaded.paths, loaded.file ?? configFileOf(loaded), isNew ? model : null);
  await print({ root: loaded.root, model, prepared }, loaded, session.output);
  return 0;
}

/** A model that the environment names stays out of the file; null when none can be chosen. */
async function pickModel(session: Session, { config }: Loaded, asks: boolean): Promise<string | null> {
  const { defaultModel, hosts } = config.ollama;
  if (defaultModel !== undefined) return null;
  const models = await modelsThere(session, config);
  const chosen = chooseModel(models);
  if (chosen !== null) return asks ? await askModel(session, models, chosen) : chosen;
  if (models.length === 0)
    session.output.say(
      `No model was found at ${hosts.join(', ')}; set \`ollama.defaultModel\` when there is one.`,
    );
  return null;
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

function configFileOf({ root }: Loaded): string {
  return join(root, 'config.json');
}

type Done = { root: string; model: string | null; prepared: Prepared[] };

async function print({ root, model, prepared }: Done, { config }: Loaded, output: Output): Promise<void> {
  if (output.json) return output.printJson({ root, model, files: prepared });
  for (const { path, outcome } of prepared) {
    await output.print(`${output.paint(outcome === 'kept' ? 'dim' : 'good', outcome.padEnd(8))}  ${path}`);
  }
  const pull = ['ollama pull qwen2.5-coder:7b   # then set "ollama": {"defaultModel": …} in config.json'];
  const steps = [
    ...(model === null && config.ollama.defaultModel === undefined ? pull : []),
    'ticketmill doctor              # is everything there?',
    'ticketmill add "Say what should be done"',
    'ticketmill start',
  ];
  const named = model === null ? '' : ` with ${forLine(model, 200)}`;
  await output.print(['', `Ready${named}. Next:`, ...steps.map((step) => `  ${step}`)].join('\n'));
}
