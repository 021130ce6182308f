import { checkGitHubToken, placeOnGitHub } from '../../app/doctor/check-github.ts';
import type { OnGitHub } from '../../app/doctor/check-github.ts';
import type { Survey } from '../../app/set-up/survey-place.ts';
import { Failure } from '../../domain/failure.ts';
import { forLine } from '../../domain/untrusted.ts';
import type { Questions } from '../questions.ts';
import type { Loaded, Session } from '../session.ts';

/** A new token that goes into `.env`; null when there is one, or none is wanted. */
export async function askForGitHub(
  session: Session,
  { loaded, survey }: { loaded: Loaded; survey: Survey },
  questions: Questions | null,
): Promise<string | null> {
  const place = placeOnGitHub(loaded, survey.repository.remote);
  if (place === null || loaded.config.forge.app !== undefined) return null;
  const known = loaded.secrets.GITHUB_TOKEN;
  if (known !== undefined) {
    await isGood(session, place, known);
    return null;
  }
  if (questions === null || survey.repository.tracksEnv) return null;
  const wanted = `Open pull requests on GitHub, in ${place.owner}/${place.repo}?`;
  if (!(await questions.confirm(wanted, true))) return null;
  questions.note(leastToken(place), 'A token that may do this and no more');
  for (;;) {
    const token = await questions.secret('The token (it is not shown; empty for none)');
    if (token === '') return null;
    if (await isGood(session, place, token)) return token;
    if (await questions.confirm('Take it all the same?', false)) return token;
  }
}

function leastToken({ owner, repo }: OnGitHub): string[] {
  return [
    'https://github.com/settings/personal-access-tokens/new',
    `Repository access: only ${owner}/${repo}`,
    'Permissions: Contents and Pull requests, read and write;',
    'Issues and Commit statuses, read and write, for issues as tickets and for statuses;',
    'Checks, read, to mend what fails there. Nothing else.',
  ];
}

async function isGood({ output, signal }: Session, place: OnGitHub, token: string): Promise<boolean> {
  try {
    const { missing, wanted, tooMuch } = await checkGitHubToken(place, token, signal);
    if (tooMuch.length > 0)
      output.warn(forLine(`The GitHub token may do more than is needed: ${tooMuch.join(', ')}.`, 500));
    if (missing.length > 0) output.warn(`The GitHub token lacks ${missing.join(', ')}.`);
    else if (wanted.length > 0) output.warn(`For issues and statuses it lacks ${wanted.join(', ')}.`);
    else output.say('The GitHub token may do what is needed.');
    return missing.length === 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    output.warn(forLine(`The GitHub token was not proved: ${error.message}`, 500));
    return false;
  }
}
