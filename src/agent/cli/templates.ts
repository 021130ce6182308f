import type { CliContext, CliTemplate } from './cli-template.ts';

const version = ['--version'];
const key = 'none-needed';

function openCodeConfig({ model, baseUrl, window }: CliContext): string {
  const limit = { context: window, output: Math.min(4096, Math.floor(window / 4)) };
  const options = { baseURL: `${baseUrl}/v1`, apiKey: key };
  return JSON.stringify({
    autoupdate: false,
    share: 'disabled',
    model: `local/${model}`,
    // Else it asks a default of its maker's for titles.
    small_model: `local/${model}`,
    provider: {
      local: { npm: '@ai-sdk/openai-compatible', options, models: { [model]: { tool_call: true, limit } } },
    },
    permission: { edit: 'allow', bash: 'allow', webfetch: 'deny' },
  });
}

const openCodeArgs = ({ model, ownLogin }: CliContext): string[] => [
  ...['run', '--format', 'json'],
  ...(ownLogin ? [] : ['-m', `local/${model}`]),
];

export const cliTemplates: Record<string, CliTemplate> = {
  opencode: {
    bin: 'opencode',
    versionArgs: version,
    args: openCodeArgs,
    env: (context) => (context.ownLogin ? {} : { OPENCODE_CONFIG_CONTENT: openCodeConfig(context) }),
    promptVia: 'stdin',
    reads: 'opencode',
    minContext: 16_384,
    endpoint: 'openai',
    litter: [/^\.opencode$/],
  },
  kilo: {
    bin: 'kilo',
    versionArgs: version,
    args: (context) => [...openCodeArgs(context), '--auto'],
    env: (context) => (context.ownLogin ? {} : { KILO_CONFIG_CONTENT: openCodeConfig(context) }),
    promptVia: 'stdin',
    reads: 'opencode',
    minContext: 16_384,
    endpoint: 'openai',
    litter: [/^\.kilo(?:code)?$/],
  },
  codex: {
    bin: 'codex',
    versionArgs: version,
    args: ({ model, baseUrl, cwd, walled, ownLogin }) => [
      ...['exec', '--json', '--ephemeral', '--skip-git-repo-check', '-C', cwd],
      ...(walled ? ['--dangerously-bypass-approvals-and-sandbox'] : ['-s', 'workspace-write']),
      ...(ownLogin
        ? []
        : [
            ...['-m', model, '-c', 'model_provider=local', '-c'],
            `model_providers.local={name="local",base_url="${baseUrl}/v1",wire_api="responses",env_key="LOCAL_KEY"}`,
          ]),
      '-',
    ],
    // Not below /tmp: it refuses helpers there, and ends with 0 without a change.
    env: ({ home, ownLogin }): Record<string, string> =>
      ownLogin ? {} : { LOCAL_KEY: key, CODEX_HOME: `${home}/codex` },
    files: () => [{ path: 'codex/config.toml', text: '' }],
    promptVia: 'stdin',
    reads: 'codex',
    minContext: 16_384,
    endpoint: 'responses',
    litter: [],
  },
  claude: {
    bin: 'claude',
    versionArgs: version,
    args: ({ model, walled, ownLogin }) => [
      ...[
        '-p',
        '--output-format',
        'stream-json',
        '--verbose',
        '--max-turns',
        '40',
        '--no-session-persistence',
      ],
      ...(walled ? ['--dangerously-skip-permissions'] : ['--permission-mode', 'acceptEdits']),
      ...(ownLogin ? [] : ['--bare', '--model', model]),
    ],
    env: ({ baseUrl, walled, ownLogin }) => ({
      ...(ownLogin ? {} : { ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_API_KEY: key }),
      // A line that differs in every request spoils the cache of a local server.
      CLAUDE_CODE_ATTRIBUTION_HEADER: '0',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_MAX_RETRIES: '2',
      API_TIMEOUT_MS: '600000',
      // As root it refuses to work without questions unless it is told of the walls.
      ...(walled ? { IS_SANDBOX: '1' } : {}),
    }),
    promptVia: 'stdin',
    reads: 'result',
    minContext: 8192,
    endpoint: 'anthropic',
    litter: [],
  },
  gemini: {
    bin: 'gemini',
    versionArgs: version,
    args: () => ['--approval-mode', 'yolo', '--skip-trust', '-o', 'stream-json'],
    env: () => ({}),
    promptVia: 'stdin',
    reads: 'gemini',
    minContext: 32_768,
    endpoint: 'account',
    litter: [],
  },
  qwen: {
    bin: 'qwen',
    versionArgs: version,
    args: ({ ownLogin }) => [
      ...['--yolo', '-o', 'stream-json', '--max-session-turns', '40'],
      ...(ownLogin ? [] : ['--auth-type', 'openai', '--bare']),
    ],
    env: ({ baseUrl, model, ownLogin }): Record<string, string> =>
      ownLogin ? {} : { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${baseUrl}/v1`, OPENAI_MODEL: model },
    promptVia: 'stdin',
    reads: 'result',
    minContext: 16_384,
    endpoint: 'openai',
    litter: [],
  },
  pi: {
    bin: 'pi',
    versionArgs: version,
    args: ({ prompt, model, ownLogin }) => [
      ...['-p', '--mode', 'json', '--no-session', '-nc', '-ne', '-ns'],
      ...(ownLogin ? [] : ['--model', `local/${model}`]),
      prompt,
    ],
    env: ({ home, ownLogin }): Record<string, string> => ({
      PI_OFFLINE: '1',
      ...(ownLogin ? {} : { PI_CODING_AGENT_DIR: `${home}/pi` }),
    }),
    files: ({ model, baseUrl, window }) => {
      const models = [
        { id: model, contextWindow: window, maxTokens: Math.min(4096, Math.floor(window / 4)) },
      ];
      const local = { baseUrl: `${baseUrl}/v1`, api: 'openai-completions', apiKey: key, models };
      return [{ path: 'pi/models.json', text: JSON.stringify({ providers: { local } }) }];
    },
    promptVia: 'arg',
    reads: 'pi',
    minContext: 4096,
    endpoint: 'openai',
    litter: [],
  },
  copilot: {
    bin: 'copilot',
    versionArgs: version,
    args: ({ prompt, walled }) => [
      ...['-p', prompt, '--allow-all-tools', '--no-ask-user', '--output-format', 'json', '--no-auto-update'],
      ...(walled ? ['--no-custom-instructions'] : []),
    ],
    env: ({ baseUrl, model, home, ownLogin }): Record<string, string> =>
      ownLogin
        ? {}
        : {
            COPILOT_PROVIDER_BASE_URL: `${baseUrl}/v1`,
            COPILOT_MODEL: model,
            COPILOT_OFFLINE: 'true',
            COPILOT_HOME: `${home}/copilot`,
          },
    promptVia: 'arg',
    reads: 'copilot',
    minContext: 24_576,
    endpoint: 'openai',
    litter: [],
  },
  cline: {
    bin: 'cline',
    versionArgs: version,
    prepare: ({ model, baseUrl, home }) => [
      ...['auth', '-p', 'openai-compatible', '-k', key, '-m', model],
      ...['-b', `${baseUrl}/v1`, '--data-dir', `${home}/cline`],
    ],
    args: ({ prompt, model, cwd, home, ownLogin }) => [
      '--json',
      ...(ownLogin ? [] : ['--data-dir', `${home}/cline`, '-P', 'openai-compatible', '-m', model]),
      ...['-c', cwd, prompt],
    ],
    env: () => ({}),
    promptVia: 'arg',
    reads: 'cline',
    minContext: 12_288,
    endpoint: 'openai',
    litter: [/^\.cline$/],
  },
  continue: {
    bin: 'cn',
    versionArgs: version,
    args: ({ prompt, home, ownLogin }) => [
      ...['-p', '--auto', '--format', 'json'],
      ...(ownLogin ? [] : ['--config', `${home}/cn.yaml`]),
      prompt,
    ],
    env: () => ({ CONTINUE_TELEMETRY_ENABLED: '0' }),
    files: ({ model, baseUrl }) => {
      const [apiBase, name] = [`${baseUrl}/v1`, JSON.stringify(model)];
      const one = `  - name: local\n    provider: openai\n    model: ${name}\n    apiBase: ${apiBase}\n    apiKey: ${key}\n`;
      const capabilities = '    capabilities:\n      - tool_use\n    roles:\n      - chat\n';
      return [
        { path: 'cn.yaml', text: `name: local\nversion: 0.0.1\nschema: v1\nmodels:\n${one}${capabilities}` },
      ];
    },
    promptVia: 'arg',
    reads: 'continue',
    minContext: 8192,
    endpoint: 'openai',
    litter: [/^\.continue$/],
  },
  aider: {
    bin: 'aider',
    versionArgs: version,
    args: ({ promptFile, model, baseUrl, home, ownLogin }) => [
      ...(ownLogin ? [] : ['--model', `openai/${model}`, '--openai-api-base', `${baseUrl}/v1`]),
      ...['--edit-format', 'whole', '--message-file', promptFile, '--yes-always', '--no-auto-commits'],
      ...['--no-dirty-commits', '--no-gitignore', '--no-pretty', '--no-stream', '--no-check-update'],
      ...['--no-show-release-notes', '--no-show-model-warnings', '--no-detect-urls', '--analytics-disable'],
      ...['--no-suggest-shell-commands', '--map-tokens', '1024', '--timeout', '600'],
      ...['--chat-history-file', `${home}/chat.md`, '--input-history-file', `${home}/input`],
    ],
    env: ({ ownLogin }): Record<string, string> => (ownLogin ? {} : { OPENAI_API_KEY: key }),
    promptVia: 'file',
    reads: 'text',
    minContext: 4096,
    endpoint: 'openai',
    litter: [/^\.aider/],
  },
};
