import type { CloudKind } from '../../src/models/cloud-sdk.ts';

/** What a model is to say. */
export type CloudReply = {
  text?: string;
  thinking?: string;
  toolCalls?: { name: string; arguments: Record<string, unknown> | string }[];
  /** As if cut off at the limit, or by the provider's filter. */
  finish?: 'length' | 'filter';
  usage?: { input: number; output: number };
};

/** One provider's way of writing down the same things; an event is what stands in one `data:` line. */
export type CloudFormat = {
  kind: CloudKind;
  /** Of the path of a chat with `model`, behind the base address. */
  path: (model: string) => string;
  /** Where the key travels. */
  keyOf: (headers: Record<string, string | string[] | undefined>) => string | undefined;
  /** Events up to the last word, without an end. */
  begin: (reply: CloudReply) => object[];
  /** The events of the end. */
  end: (reply: CloudReply) => object[];
  /** Behind the last event; OpenAI's mark. */
  tail: string;
  /** The body of a refusal, and the event of an error in the middle of a stream. */
  error: (words: { message: string; type: string; status: number }) => object;
  errorEvent: (words: { message: string; type: string; status: number }) => object;
};

const usual = { input: 12, output: 7 };

const openAiFinish = (reply: CloudReply): string => {
  if (reply.finish === 'length') return 'length';
  if (reply.finish === 'filter') return 'content_filter';
  return reply.toolCalls === undefined ? 'stop' : 'tool_calls';
};

const openAiChunk = (delta: object, finish: string | null = null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_767_348_600,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

const openAi: CloudFormat = {
  kind: 'openai',
  path: () => '/chat/completions',
  keyOf: ({ authorization }) => String(authorization ?? '').replace(/^Bearer /, '') || undefined,
  begin: ({ text = '', toolCalls = [] }) => [
    openAiChunk({ role: 'assistant', content: '' }),
    ...tokens(text).map((content) => openAiChunk({ content })),
    ...toolCalls.map((call, index) =>
      openAiChunk({
        tool_calls: [
          {
            index,
            id: `call_${index}`,
            type: 'function',
            function: { name: call.name, arguments: written(call) },
          },
        ],
      }),
    ),
  ],
  end: (reply) => {
    const { input, output } = reply.usage ?? usual;
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
    return [openAiChunk({}, openAiFinish(reply)), { ...openAiChunk({}), choices: [], usage }];
  },
  tail: 'data: [DONE]\n\n',
  error: ({ message, type }) => ({ error: { message, type, code: type, param: null } }),
  errorEvent: ({ message, type }) => ({ error: { message, type, code: null } }),
};

/** Servers that speak OpenAI's format also tell what a model thinks. */
export const compatible: CloudFormat = {
  ...openAi,
  kind: 'compatible',
  begin: (reply) => [
    ...(reply.thinking === undefined
      ? []
      : [openAiChunk({ role: 'assistant', reasoning_content: reply.thinking })]),
    ...openAi.begin(reply),
  ],
};

const anthropicStops = { length: 'max_tokens', filter: 'refusal' };

const anthropic: CloudFormat = {
  kind: 'anthropic',
  path: () => '/messages',
  keyOf: (headers) => headers['x-api-key'] as string | undefined,
  begin: ({ text, toolCalls = [], usage = usual }) => {
    const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [], model: 'm' };
    const counted = { input_tokens: usage.input, output_tokens: 1 };
    const blocks = [
      ...(text === undefined ? [] : [{ block: { type: 'text', text: '' }, deltas: textDeltas(text) }]),
      ...toolCalls.map((call, index) => ({
        block: { type: 'tool_use', id: `toolu_${index}`, name: call.name, input: {} },
        deltas: [{ type: 'input_json_delta', partial_json: written(call) }],
      })),
    ];
    return [
      { type: 'message_start', message: { ...message, stop_reason: null, usage: counted } },
      ...blocks.flatMap(({ block, deltas }, index) => [
        { type: 'content_block_start', index, content_block: block },
        ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
        { type: 'content_block_stop', index },
      ]),
    ];
  },
  end: ({ finish, toolCalls, usage = usual }) => {
    const reason =
      finish === undefined ? (toolCalls === undefined ? 'end_turn' : 'tool_use') : anthropicStops[finish];
    return [
      {
        type: 'message_delta',
        delta: { stop_reason: reason, stop_sequence: null },
        usage: { output_tokens: usage.output },
      },
      { type: 'message_stop' },
    ];
  },
  tail: '',
  error: ({ message, type }) => ({ type: 'error', error: { type, message } }),
  errorEvent: ({ message, type }) => ({ type: 'error', error: { type, message } }),
};

const googleStops = { length: 'MAX_TOKENS', filter: 'SAFETY' };

const google: CloudFormat = {
  kind: 'google',
  path: (model) => `/models/${model}:streamGenerateContent`,
  keyOf: (headers) => headers['x-goog-api-key'] as string | undefined,
  begin: ({ text = '', toolCalls = [] }) => [
    ...tokens(text).map((token) => googleChunk([{ text: token }])),
    ...toolCalls.map((call) =>
      googleChunk([
        { functionCall: { name: call.name, args: call.arguments }, thoughtSignature: 'c2lnbmVk' },
      ]),
    ),
  ],
  end: ({ finish, usage = usual }) => [
    {
      candidates: [
        {
          content: { parts: [{ text: '' }], role: 'model' },
          finishReason: finish === undefined ? 'STOP' : googleStops[finish],
        },
      ],
      usageMetadata: {
        promptTokenCount: usage.input,
        candidatesTokenCount: usage.output,
        totalTokenCount: usage.input + usage.output,
      },
    },
  ],
  tail: '',
  error: ({ message, type, status }) => ({ error: { code: status, message, status: type } }),
  errorEvent: ({ message, type, status }) => ({ error: { code: status, message, status: type } }),
};

export const cloudFormats: readonly CloudFormat[] = [openAi, compatible, anthropic, google];

function googleChunk(parts: object[]): object {
  return { candidates: [{ content: { parts, role: 'model' } }] };
}

function textDeltas(text: string): object[] {
  return tokens(text).map((token) => ({ type: 'text_delta', text: token }));
}

function tokens(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

function written({ arguments: given }: { arguments: Record<string, unknown> | string }): string {
  return typeof given === 'string' ? given : JSON.stringify(given);
}
