/** What the server said in place of an answer; `message` is for people. */
export class Refusal extends Error {
  readonly status: number;
  readonly hint: string | null;

  constructor(message: string, status: number, hint: string | null) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.hint = hint;
  }
}

/** Asks the API; the types of its answers are the shapes that the server checks them against. */
export function ask<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  return send<Answer>(path, { signal });
}

export function tell<Answer>(path: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'x-requested-with': 'ticketmill' };
  return send<Answer>(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function send<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Refusal('The server does not answer.', 0, 'Is `ticketmill start` running?');
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as Answer;
  const problem = (answer ?? {}) as { detail?: string; hint?: string };
  const told = problem.detail ?? `The server answered ${response.status}.`;
  throw new Refusal(told, response.status, problem.hint ?? null);
}
