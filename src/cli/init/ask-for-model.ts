import { openOllama } from '../../app/models/open-ollama.ts';
import type { Survey } from '../../app/set-up/survey-place.ts';
import type { ModelFacts } from '../../domain/chat.ts';
import { chooseModel } from '../../domain/choose-model.ts';
import { Failure } from '../../domain/failure.ts';
import { describeProposed, modelsThatFit } from '../../domain/proposed-models.ts';
import type { ProposedModel } from '../../domain/proposed-models.ts';
import { forLine } from '../../domain/untrusted.ts';
import { followPull } from '../follow-pull.ts';
import type { Choice, Questions } from '../questions.ts';
import type { Loaded, Session } from '../session.ts';

/** What goes into the config: null when no model can be chosen, or config or environment names one. */
export async function askForModel(
  session: Session,
  { loaded, survey }: { loaded: Loaded; survey: Survey },
  questions: Questions | null,
): Promise<string | null> {
  const { ollama } = loaded.config;
  if (ollama.defaultModel !== undefined || loaded.file !== null) return null;
  const { models, problem } = survey.ollama;
  const proposed = chooseModel(models);
  if (questions === null || problem !== null) return proposed;
  const there = new Set(models.map(({ id }) => id));
  const missing = modelsThatFit(survey.memory).filter(({ name }) => !there.has(`ollama/${name}`));
  const choices = [
    ...models.map(choiceOf),
    ...missing.map(toFetch),
    { value: '', label: 'none for now', hint: 'mechanical tickets need no model' },
  ];
  const first = proposed ?? choices[0]?.value ?? '';
  for (;;) {
    const chosen = await questions.choose('Which model should work on tickets?', choices, first);
    if (chosen === '') return null;
    if (there.has(chosen) || (await fetchModel(session, loaded, chosen))) return chosen;
  }
}

function choiceOf({ id, parameterSize }: ModelFacts): Choice {
  const size = parameterSize === undefined ? {} : { hint: `${forLine(parameterSize, 20)}, is there` };
  return { value: id, label: forLine(id, 100), ...size };
}

/** What it takes stands where it is always seen: a hint shows only under the cursor. */
function toFetch(proposed: ProposedModel): Choice {
  return { value: `ollama/${proposed.name}`, label: `fetch ${describeProposed(proposed)}` };
}

/** False when it could not be fetched, and another may be chosen. */
async function fetchModel(session: Session, { config }: Loaded, id: string): Promise<boolean> {
  const { output, clock, signal } = session;
  const provider = openOllama(config, clock);
  const name = id.replace(/^ollama\//, '');
  const progress = followPull(name, output, session.columns);
  try {
    await provider.pull(name, progress.tell, signal);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    output.warn(forLine(`${name} was not fetched: ${error.message}`, 1000));
    return false;
  } finally {
    progress.end();
    await provider.close();
  }
}
