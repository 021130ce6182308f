import { decimal, entries, flag, form, group, text, whole } from './values.ts';

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
    files: entries(
      form(/^[\w.:-]+$/, 'a name of letters, digits, dots, colons and dashes'),
      text('the path of a GGUF file'),
    )
      .optional()
      .describe(
        'GGUF files in place of a server, by the name of the model; paths are relative to the root. Each runs in a process of its own, by the package node-llama-cpp, which you install.',
      ),
    module: text('the folder of the package node-llama-cpp')
      .optional()
      .describe('Where node-llama-cpp is, for `files`. Absent: it is installed beside ticketmill.'),
    parallel: whole(1, 16)
      .optional()
      .describe('Chats at the same time with each of `files`, each with a window in memory. Absent: 1.'),
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
