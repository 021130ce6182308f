import * as z from 'zod';
import { recipeNames } from '../../domain/fast-path/recipe-order.ts';
import { strategyNames } from '../../domain/routing/strategies.ts';
import { normaliseHost } from '../ollama-host.ts';
import { choice, decimal, entries, flag, form, group, list, milliseconds, text, whole } from './values.ts';

const hostForm = 'an http(s) address such as http://127.0.0.1:11434 or gpu-box:11434';
const modelId = form(/^\S+$/, 'a model id without spaces, such as ollama/qwen3:8b');
const contextLength = whole(1024, 10_000_000, 'tokens');

const host = text(hostForm)
  .refine((written) => normaliseHost(written) !== null, { error: hostForm })
  .transform((written) => normaliseHost(written) ?? written);

const keepAliveForm = 'a duration such as "30m", or a number of seconds (-1: for ever)';
const keepAlive = z
  .union([form(/^-?(\d+(\.\d+)?(ms|s|m|h))+$/, keepAliveForm), z.number({ error: keepAliveForm })], {
    error: keepAliveForm,
  })
  .transform((written) => (typeof written === 'number' ? `${written}s` : written));

const healthCheck = group({
  enabled: flag().default(true).describe('Look after the servers also while no ticket needs them.'),
  interval: milliseconds(100).default(30_000).describe('Between two looks, in ms.'),
  timeout: milliseconds(100).default(5000).describe('Longest wait for the answer to a look, in ms.'),
  failureThreshold: whole(1, 1000)
    .default(3)
    .describe('Failures in a row after which a server is left alone (its circuit opens).'),
  successThreshold: whole(1, 1000).default(2).describe('Successes after which it is trusted again.'),
  halfOpenRequests: whole(1, 64).default(1).describe('Calls at a time that try whether it is well again.'),
  resetTimeout: milliseconds(100).default(30_000).describe('How long it is left alone, in ms.'),
});

const parallelForm = 'a whole number from 1 to 64 or "auto"';

export const ollama = group({
  hosts: list(host, 1)
    .prefault(['http://127.0.0.1:11434'])
    .describe('Addresses of the Ollama servers. The environment variable OLLAMA_HOST replaces the default.'),
  defaultModel: modelId
    .optional()
    .describe('The model for tickets that name none. When absent: the first of `availableModels`.'),
  availableModels: list(modelId)
    .default([])
    .describe('Models that tickets may name, in the order in which they are tried when one fails.'),
  timeout: milliseconds(1000).default(1_800_000).describe('Longest time of one model call, in ms.'),
  firstTokenTimeout: milliseconds(1000)
    .default(900_000)
    .describe('Longest wait for the first token, in ms. Long prompts on a CPU need minutes.'),
  stallTimeout: milliseconds(1000).default(120_000).describe('Longest silence between two tokens, in ms.'),
  retryAttempts: whole(0, 20).default(3).describe('How often a failed model call is repeated.'),
  retryDelay: milliseconds().default(5000).describe('Wait before the first repetition, in ms; it doubles.'),
  maxRetryDelay: milliseconds().default(300_000).describe('Longest wait between two repetitions, in ms.'),
  contextLength: contextLength
    .default(32_768)
    .describe('Context window asked of every model, in tokens; sent as `num_ctx`.'),
  parallel: z
    .union([whole(1, 64), choice(['auto'])], { error: parallelForm })
    .default('auto')
    .describe(
      'Model calls at the same time on one host. `auto`: begins with one, and takes more while calls wait and first tokens come as fast as before.',
    ),
  keepAlive: keepAlive.prefault('30m').describe('How long a model stays loaded after a call.'),
  healthCheck: healthCheck.prefault({}).describe('When a server counts as down, and when as well again.'),
  warmUp: flag().default(true).describe('Load the default model when the daemon starts.'),
}).transform((written) => ({
  ...written,
  defaultModel: written.defaultModel ?? written.availableModels[0],
}));

const price = (how: string) =>
  decimal(0, 1_000_000, 'US dollars').default(0).describe(`US dollars for a million tokens that are ${how}.`);

const toolsForm = 'true, false or "auto"';

export const models = entries(
  modelId,
  group({
    contextLength: contextLength.optional().describe('Replaces `ollama.contextLength` for this model.'),
    temperature: decimal(0, 2)
      .optional()
      .describe('Sampling temperature. When absent: 0.2, or 0.6 if it thinks.'),
    admitted: flag()
      .optional()
      .describe('Whether it gets tickets, whatever its probe said. When absent: unless its probe failed.'),
    profile: form(/^[\w-]+$/, 'fast, balanced, capable, or a word of your own')
      .optional()
      .describe('What `modelPreference` of a ticket calls it. When absent: by its size.'),
    tools: z
      .union([flag(), choice(['auto'])], { error: toolsForm })
      .default('auto')
      .describe('Whether the model can call tools; `auto` asks the server.'),
    price: group({
      input: price('read'),
      output: price('written'),
    })
      .optional()
      .describe('What the model costs, in US dollars. When absent: nothing.'),
  }),
);

export const routing = group({
  strategy: choice(strategyNames)
    .default('ordered')
    .describe('How the order of the models for a ticket is found; see docs/routing.md.'),
  escalation: list(modelId)
    .default([])
    .describe('Models that are tried only when the others make no progress, weakest first.'),
  allowPaid: flag()
    .default(false)
    .describe('Whether models may be used that cost money or run on machines of others.'),
});

const own = {
  recipe: choice(recipeNames).describe('What is done with a ticket that fits.'),
  args: entries(form(/^\w+$/, 'a name'), text())
    .default({})
    .describe('What the recipe needs to know; `{name}` stands for what the pattern found under that name.'),
};
const threshold = decimal(0, 1).default(0.9).describe('How near a title must come, from 0 to 1.');
const regexForm = 'a regular expression, best with named groups such as (?<from>\\w+)';
const ownPattern = z.union(
  [
    group({
      ...own,
      regex: text(regexForm)
        .refine(isRegex, { error: regexForm })
        .describe('Fits the title as a whole or in part, as it is written.'),
    }),
    group({
      ...own,
      phrase: text().describe('What titles say, with `{name}` for each quoted text.'),
      threshold,
    }),
  ],
  { error: 'an object with `recipe`, `args` and either `regex` or `phrase`' },
);

export const fastPath = group({
  enabled: flag().default(true).describe('Make mechanical changes without a model.'),
  confidence: decimal(0, 1)
    .default(0.85)
    .describe('How sure it must be that a ticket is mechanical, from 0 to 1; else a model gets it.'),
  patterns: list(ownPattern).default([]).describe('Patterns of your own, tried before the built-in ones.'),
});

function isRegex(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}
