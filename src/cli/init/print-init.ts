import type { Prepared } from '../../app/set-up/prepare-root.ts';
import type { Survey } from '../../app/set-up/survey-place.ts';
import { installSteps } from '../../domain/ollama-setup.ts';
import type { Platform } from '../../domain/ollama-setup.ts';
import { describeProposed, modelsThatFit } from '../../domain/proposed-models.ts';
import { forLine } from '../../domain/untrusted.ts';
import type { Output } from '../output.ts';

/** A line for each thing that was found. */
export function describeSurvey({ repository, memory, ollama }: Survey): string[] {
  const { workTree, baseBranch, remote, checks } = repository;
  const place = remote === null ? 'no remote on a forge' : `${remote.host}/${remote.owner}/${remote.repo}`;
  const named = checks.map(({ name, run }) => `${name} (${run.join(' ')})`).join(', ');
  const models = ollama.models.map(({ id }) => id).join(', ');
  const facts: [string, string][] = [
    ['repository', `${workTree}, ${place}`],
    ['base', baseBranch ?? 'no commit yet: make one before the first ticket'],
    ['checks', named === '' ? 'none found; name them in `checks`' : named],
    ['memory', `${Math.round(memory / 1e9)} GB`],
    ['Ollama', ollama.problem ?? `answers at ${ollama.hosts.join(', ')}`],
    ['models', models === '' ? 'none' : models],
  ];
  return facts.map(([name, text]) => `${name.padEnd(10)}  ${forLine(text, 300)}`);
}

/** How Ollama is installed and started here, a line a step. */
export function describeSteps(platform: Platform): string[] {
  return installSteps(platform).map(({ does, command }) =>
    command === null ? does : `${command}\n  # ${does}`,
  );
}

type Done = { root: string; model: string | null; files: Prepared[]; survey: Survey };

export async function printDone({ root, model, files, survey }: Done, output: Output): Promise<void> {
  if (output.json) return output.printJson({ root, model, files, found: foundBy(survey) });
  for (const { path, outcome } of files) {
    await output.print(`${output.paint(outcome === 'kept' ? 'dim' : 'good', outcome.padEnd(8))}  ${path}`);
  }
  const steps = [
    ...(model === null ? modelSteps(survey) : []),
    'ticketmill doctor              # is everything there?',
    'ticketmill add "Say what should be done"',
    'ticketmill start',
  ];
  const named = model === null ? '' : ` with ${forLine(model, 200)}`;
  await output.print(['', `Ready${named}. Next:`, ...steps.map((step) => `  ${step}`)].join('\n'));
}

function foundBy({ repository, platform, memory, ollama }: Survey): object {
  const { baseBranch, checks, remote } = repository;
  const { problem, installed } = ollama;
  return { baseBranch, checks, remote, platform, memory, ollama: { answers: problem === null, installed } };
}

/** Without a model nothing but mechanical tickets is done. */
function modelSteps({ ollama, platform, memory }: Survey): string[] {
  const fitting = modelsThatFit(memory);
  const [best] = fitting;
  const install = ollama.problem === null || ollama.installed ? [] : describeSteps(platform);
  const name = best?.name ?? 'qwen2.5-coder:1.5b';
  return [
    ...install.flatMap((step) => step.split('\n  ')),
    ...fitting.slice(0, 3).map((each) => `# ${describeProposed(each)}`),
    `ollama pull ${name}   # then set "ollama": {"defaultModel": "ollama/${name}"} in config.json`,
  ];
}
