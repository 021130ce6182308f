import { startOllama } from '../../app/set-up/start-ollama.ts';
import { surveyPlace } from '../../app/set-up/survey-place.ts';
import type { Place, Survey } from '../../app/set-up/survey-place.ts';
import { forLine } from '../../domain/untrusted.ts';
import type { Questions } from '../questions.ts';
import type { Session } from '../session.ts';
import { describeSteps } from './print-init.ts';

/** Says how Ollama is installed, and starts it when told to, until it answers or the person goes on without it. */
export async function askForOllama(
  session: Session,
  { place, found }: { place: Place; found: Survey },
  questions: Questions | null,
): Promise<Survey> {
  let survey = found;
  if (questions === null && survey.ollama.problem !== null)
    session.output.warn(forLine(survey.ollama.problem, 1000));
  while (questions !== null && survey.ollama.problem !== null) {
    const { installed, problem } = survey.ollama;
    const { platform } = survey;
    if (!installed) questions.note(describeSteps(platform), 'How to get Ollama');
    const start = { value: 'start', label: 'start it now', hint: 'its service, or `ollama serve`' };
    const answer = await questions.choose(
      forLine(problem, 300),
      [
        ...(installed ? [start] : []),
        { value: 'again', label: 'look again', hint: 'when it runs' },
        { value: 'without', label: 'go on without it', hint: 'mechanical tickets need no model' },
      ],
      installed ? 'start' : 'again',
    );
    if (answer === 'without') break;
    if (answer === 'start') await startNow(session, place, platform);
    survey = await surveyPlace(place, session.signal);
  }
  return survey;
}

async function startNow(
  session: Session,
  { loaded, env, clock }: Place,
  platform: Survey['platform'],
): Promise<void> {
  const { output, signal } = session;
  output.say('Starting Ollama …');
  const started = await startOllama({ config: loaded.config, env, clock, platform }, signal);
  if (started === null) output.warn('There is nothing here to start it with.');
  else if (!started.ok) output.warn(`\`${started.command}\` was run, and it still does not answer.`);
  else output.say(`It answers, started by \`${started.command}\`.`);
}
