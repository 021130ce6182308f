import { isAbsolute, normalize, sep } from 'node:path';

export type ActionInputs = {
  subject: { kind: 'issue'; number: number } | { kind: 'ticket'; path: string };
  /** What the config is told, as variables of the environment. */
  settings: Record<string, string>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the inputs of the action; throws an error that names the input, what it is and what was expected. */
export function readInputs(env: Environment): ActionInputs {
  const read = (name: string, form: RegExp, expected: string): string => {
    const value = (env[`INPUT_${name.toUpperCase().replaceAll('-', '_')}`] ?? '').trim();
    if (form.test(value)) return value;
    throw new Error(`The input ${name} is ${JSON.stringify(value.slice(0, 100))}, expected ${expected}.`);
  };
  const model = read('model', modelName, 'the name of a model, such as qwen2.5-coder:7b');
  const reviewer = read('review-model', optional(modelName), 'the name of a model, or nothing') || model;
  const baseUrl = read('base-url', optional(address), 'an http or https address without a login, or nothing');
  const host = read('ollama-host', address, 'an http or https address without a login');
  const minutes = read('minutes', /^[1-9]\d{0,3}$/, 'a whole number of minutes');
  const sandbox = read('sandbox', /^(required|auto|off)$/, 'required, auto or off');
  const key = (env['INPUT_API_KEY'] ?? '').trim();
  const isHosted = baseUrl !== '';
  const provider = { baseUrl, ...(key === '' ? {} : { apiKeyEnv: 'ENDPOINT_API_KEY' }) };
  const name = (of: string): string => `${isHosted ? 'endpoint' : 'ollama'}/${of}`;
  return {
    subject: readSubject(
      read('issue', /^([1-9]\d{0,9})?$/, 'the number of an issue, or nothing'),
      read('ticket', /^[^\0\n]*$/, 'the path of a file'),
    ),
    settings: {
      TICKETMILL_OLLAMA__DEFAULT_MODEL: name(model),
      TICKETMILL_OLLAMA__AVAILABLE_MODELS: JSON.stringify([name(model)]),
      TICKETMILL_CODE_REVIEW__MODEL: name(reviewer),
      TICKETMILL_SANDBOX__MODE: sandbox,
      TICKETMILL_PROCESSING__MINUTES_PER_TICKET: minutes,
      ...(isHosted
        ? { TICKETMILL_PROVIDERS: JSON.stringify({ endpoint: provider }) }
        : { OLLAMA_HOST: host }),
      // Whoever gives a key means it to be used.
      ...(key === '' ? {} : { ENDPOINT_API_KEY: key, TICKETMILL_ROUTING__ALLOW_PAID: 'true' }),
    },
  };
}

const modelName = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/;
const address = /^https?:\/\/[^\s/@]+(\/[^\s@]*)?$/;

function optional(form: RegExp): RegExp {
  return new RegExp(`^$|${form.source}`);
}

function readSubject(issue: string, ticket: string): ActionInputs['subject'] {
  if ((issue === '') === (ticket === ''))
    throw new Error('Expected exactly one of the inputs issue and ticket.');
  if (issue !== '') return { kind: 'issue', number: Number(issue) };
  const path = normalize(ticket);
  if (isAbsolute(path) || path.split(sep).includes('..') || !/\.md$/i.test(path))
    throw new Error(
      `The input ticket is ${JSON.stringify(ticket)}, expected a Markdown file in the checkout.`,
    );
  return { kind: 'ticket', path };
}
