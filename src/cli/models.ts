import type { Command } from 'commander';
import type { ProbePlace } from '../app/models/probe-models.ts';
import { Failure } from '../domain/failure.ts';
import { whyNotAdmitted } from '../domain/probe.ts';
import { examples } from './examples.ts';
import { figureLines, modelLines, probeLines } from './print-models.ts';
import { followPull } from './follow-pull.ts';
import type { Run, Session } from './session.ts';

export function addModelsCommand(program: Command, run: Run): void {
  const models = program
    .command('models')
    .description('the models of the servers: what they are, what they can do, how they did')
    .addHelpText(
      'after',
      examples(
        'models',
        'models probe qwen2.5-coder:7b',
        'models stats --json',
        'models pull qwen2.5-coder:7b',
      ),
    );
  models
    .command('list', { isDefault: true })
    .description('what the servers have, what of it is loaded, and what its probe said')
    .action(run(list));
  models
    .command('probe')
    .description('find out whether a model can do the work, before it gets tickets')
    .argument('[model...]', 'those that are configured, when none is named')
    .option('--again', 'also when its earlier probe still counts')
    .action(run(probeThem));
  models.command('stats').description('how the models did so far').action(run(stats));
  models
    .command('pull')
    .description('fetch a model onto the first server that answers')
    .argument('<model>', 'its name in the registry, such as qwen2.5-coder:7b')
    .action(run(pull));
}

async function list(session: Session): Promise<number> {
  return withModels(session, async (place) => {
    const { output, signal } = session;
    const { describeModels } = await import('../app/models/describe-models.ts');
    const models = await describeModels(place, signal);
    if (output.json) await output.printJson({ models });
    else await output.print(modelLines(models, output.paint).join('\n'));
    return 0;
  });
}

async function probeThem(
  session: Session,
  named: string[],
  { again = false }: { again?: boolean },
): Promise<number> {
  return withModels(session, async (place) => {
    const { output, signal } = session;
    const { defaultModel, availableModels } = place.config.ollama;
    const configured = [
      ...new Set([...(defaultModel === undefined ? [] : [defaultModel]), ...availableModels]),
    ];
    const wanted = named.length > 0 ? named : configured;
    if (wanted.length === 0) throw new Failure('BAD_USAGE', 'No model is named, and none is configured.');
    const { probe } = await import('../app/models/probe-models.ts');
    let failed = false;
    for (const model of wanted) {
      output.say(`Probing ${model} …`);
      const { probe: made, isNew } = await probe(place, { model, again }, signal);
      failed ||= whyNotAdmitted(made) !== null;
      if (output.json) await output.printJson({ ...made, admitted: whyNotAdmitted(made) === null, isNew });
      else await output.print(probeLines(made, isNew, output.paint).join('\n'));
    }
    return failed ? 1 : 0;
  });
}

async function stats(session: Session): Promise<number> {
  const { output, signal } = session;
  const { models, categories, cache } = await (await session.house()).act('status', {}, signal);
  if (output.json) await output.printJson({ models, categories, cache });
  else await output.print(figureLines({ models, categories, cache }).join('\n'));
  return 0;
}

async function pull(session: Session, model: string): Promise<number> {
  return withModels(session, async ({ provider }) => {
    const { output, signal } = session;
    const progress = followPull(model, output, session.columns);
    try {
      await provider.pull(model, progress.tell, signal);
    } finally {
      progress.end();
    }
    if (output.json) await output.printJson({ model, pulled: true });
    else await output.print(`${output.paint('good', 'pulled')}  ${model}`);
    return 0;
  });
}

/** The servers and providers of the config, for as long as the command lasts. */
async function withModels(session: Session, act: (place: ProbePlace) => Promise<number>): Promise<number> {
  const { config, paths, secrets } = session.load();
  const { openModels } = await import('../app/models/open-models.ts');
  const provider = openModels({ config, secrets, paths, env: session.env }, session.clock);
  try {
    return await act({ config, paths, clock: session.clock, provider });
  } finally {
    await provider.close();
  }
}
