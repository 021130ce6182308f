import { join } from 'node:path';
import { keepSecrets, newSecret } from '../../app/set-up/keep-secrets.ts';
import type { NewSecret } from '../../app/set-up/keep-secrets.ts';
import { prepareRoot } from '../../app/set-up/prepare-root.ts';
import type { Prepared } from '../../app/set-up/prepare-root.ts';
import { surveyPlace } from '../../app/set-up/survey-place.ts';
import type { Survey } from '../../app/set-up/survey-place.ts';
import type { Questions } from '../questions.ts';
import type { Loaded, Session } from '../session.ts';
import { askForCommit } from './ask-for-commit.ts';
import { askForGitHub } from './ask-for-github.ts';
import { askForModel } from './ask-for-model.ts';
import { askForOllama } from './ask-for-ollama.ts';
import { askForSample } from './ask-for-sample.ts';
import { askForStatuses } from './ask-for-statuses.ts';
import { describeSurvey, printDone } from './print-init.ts';

/** Without questions every proposal is taken. What is there already is left as it is. */
export async function setUp(session: Session, questions: Questions | null): Promise<number> {
  const loaded = session.load();
  const { root, file, paths } = loaded;
  const place = { loaded, env: session.env, clock: session.clock };
  const found = await surveyPlace(place, session.signal);
  questions?.note(describeSurvey(found), 'What is here');
  if (questions !== null && !(await questions.confirm(`Set up ${root}?`, true))) return 1;
  const survey = await askForOllama(session, { place, found }, questions);
  const model = await askForModel(session, { loaded, survey }, questions);
  const token = await askForGitHub(session, { loaded, survey }, questions);
  const board = await askForStatuses(session, loaded, questions);
  const config = file ?? join(root, 'config.json');
  const prepared = await prepareRoot(paths, config, file === null ? model : null);
  const kept = await keepOwnSecrets(session, { loaded, survey, token });
  const files = [...prepared, ...board, ...(kept === null ? [] : [kept])];
  const chosen = model ?? loaded.config.ollama.defaultModel ?? null;
  await printDone({ root, model: chosen, files, survey }, session.output);
  if (questions === null) return 0;
  await askForCommit(session, { root, files }, questions);
  return askForSample(session, { model: chosen, survey }, questions);
}

/** Null where `.env` would be committed: a secret is not worth that. */
async function keepOwnSecrets(
  { output }: Session,
  { loaded, survey, token }: { loaded: Loaded; survey: Survey; token: string | null },
): Promise<Prepared | null> {
  const { root, secrets } = loaded;
  if (survey.repository.tracksEnv) {
    output.warn('git keeps .env, so no secret is written there: take it out with `git rm --cached .env`.');
    return null;
  }
  const own: NewSecret[] = [
    {
      name: 'TICKETMILL_API_TOKEN',
      value: newSecret(),
      comment: 'Who has it may give orders to the server.',
    },
  ];
  if (survey.repository.remote !== null)
    own.push({
      name: 'GITHUB_WEBHOOK_SECRET',
      value: newSecret(),
      comment: 'The same goes into the settings of the webhook.',
    });
  if (token !== null) own.push({ name: 'GITHUB_TOKEN', value: token, comment: 'For pull requests.' });
  return keepSecrets(
    root,
    own.filter(({ name }) => secrets[name] === undefined),
  );
}
