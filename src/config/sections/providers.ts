import { decimal, entries, flag, form, group, whole } from './values.ts';

const providerName = form(
  /^(?!ollama$)[a-z][a-z0-9-]*$/,
  'a name of small letters, digits and dashes that is not "ollama"',
);

export const providers = entries(
  providerName,
  group({
    baseUrl: form(/^https?:\/\/[^\s/@]+(\/[^\s@]*)?$/, 'an http or https address without a login in it')
      .optional()
      .describe('Address that its paths are put behind, such as https://box.example/v1.'),
    apiKeyEnv: form(/^[A-Za-z_]\w*$/, 'the name of an environment variable')
      .optional()
      .describe('The variable that holds its key; it is off while that is empty.'),
  }),
);

export const cache = group({
  enabled: flag()
    .default(true)
    .describe('Keep answers of models that are asked with temperature 0, and give them again.'),
  ttl: whole(0, 31_536_000, 'seconds').default(86_400).describe('How long an answer is kept, in seconds.'),
  maxEntries: whole(0, 1_000_000).default(1000).describe('Most answers that are kept; the oldest go first.'),
});

export const perDay = group({
  usd: decimal(0, Number.MAX_SAFE_INTEGER, 'US dollars')
    .optional()
    .describe('Most money all tickets may cost on one day (UTC) together. Absent: no limit.'),
});
