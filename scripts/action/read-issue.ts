import { readFile } from 'node:fs/promises';
import { writeTicket } from '../../src/backlog/write-ticket.ts';

type Environment = Readonly<Record<string, string | undefined>>;

type Issue = { number: number; title: string; body: string; url: string };

/**
 * The ticket of an issue. When labelling it started the workflow, its words are those of that moment, so that nobody
 * can change them afterwards. Throws unless whoever started the workflow may write to the repository.
 */
export async function readIssue(number: number, env: Environment, now: Date): Promise<string> {
  const repository = env['GITHUB_REPOSITORY'] ?? '';
  const actor = env['GITHUB_ACTOR'] ?? '';
  const ask = (path: string): Promise<unknown> => askGitHub(env, `/repos/${repository}${path}`);
  const access = (await ask(`/collaborators/${encodeURIComponent(actor)}/permission`)) as {
    permission?: unknown;
  };
  if (access.permission !== 'admin' && access.permission !== 'write')
    throw new Error(
      `${actor} started the workflow and may not write to ${repository}; issue ${number} is left alone.`,
    );
  const issue = (await fromEvent(number, env)) ?? issueOf(await ask(`/issues/${number}`));
  const { title, body, url } = issue;
  const createdDate = now.toISOString().slice(0, 16).replace('T', ' ');
  return writeTicket({ title, description: body, references: [url] }, { id: `GH-${number}`, createdDate });
}

async function askGitHub(env: Environment, path: string): Promise<unknown> {
  const url = `${env['GITHUB_API_URL'] ?? 'https://api.github.com'}${path}`;
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${env['GITHUB_TOKEN'] ?? ''}`,
  };
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(60_000) });
  if (!answer.ok)
    throw new Error(`GitHub answered ${answer.status} to GET ${path}; look at the permissions of the job.`);
  return answer.json();
}

async function fromEvent(number: number, env: Environment): Promise<Issue | null> {
  const path = env['GITHUB_EVENT_PATH'] ?? '';
  if (env['GITHUB_EVENT_NAME'] !== 'issues' || path === '') return null;
  const { issue } = JSON.parse(await readFile(path, 'utf8')) as { issue?: { number?: unknown } };
  return issue?.number === number ? issueOf(issue) : null;
}

function issueOf(raw: unknown): Issue {
  const { number, title, body, html_url: url } = raw as Record<string, unknown>;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { number: Number(number), title: text(title), body: text(body), url: text(url) };
}
