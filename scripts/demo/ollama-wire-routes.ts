import {
  chatLines,
  joinLines,
  readChat,
  refuseChat,
  refuseLongPrompt,
  windowOf,
} from './ollama-wire-chat.ts';
import type { WireChat, WireReply } from './ollama-wire-chat.ts';
import { contextLengthOf, defaultWindow, fullName, show } from './ollama-wire-models.ts';
import type { ModelShelf, WireModel } from './ollama-wire-models.ts';
import type { RawAnswer, WireOutcome, WireRefusal } from './ollama-wire-send.ts';

export type WireAnswer = WireReply | WireRefusal | RawAnswer;

export type WireRequest = {
  method: string;
  /** Without a query. */
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** As it came. */
  text: string;
  /** The body as JSON; undefined when there was none or it was not JSON. */
  body: Record<string, unknown> | undefined;
};

export type Prepared = {
  shelf: ModelShelf;
  version: string;
  /** What the model says to a chat that Ollama itself would not refuse. */
  answer: (chat: WireChat) => WireAnswer | Promise<WireAnswer>;
  /** Models that `/api/pull` finds; any other pull fails as it does without a network. */
  registry: readonly WireModel[];
  now: () => Date;
};

type Body = Record<string, unknown>;

type Route = {
  method: string;
  answer: (prepared: Prepared, body: Body) => WireOutcome | Promise<WireOutcome>;
};

const routes: Record<string, Route> = {
  '/': { method: 'GET', answer: () => ({ text: 'Ollama is running', status: 200, charset: 'utf-8' }) },
  '/api/version': { method: 'GET', answer: ({ version }) => ({ json: { version } }) },
  '/api/tags': { method: 'GET', answer: ({ shelf }) => ({ json: shelf.tags() }) },
  '/api/ps': { method: 'GET', answer: ({ shelf }) => ({ json: shelf.loaded() }) },
  '/api/show': { method: 'POST', answer: ofModel((_, __, model) => ({ json: show(model) }), fullName) },
  '/api/chat': { method: 'POST', answer: ofModel(chat) },
  '/api/generate': { method: 'POST', answer: ofModel(generate) },
  '/api/embed': { method: 'POST', answer: ofModel(embed) },
  '/api/pull': { method: 'POST', answer: pull },
};

export function answerRequest(prepared: Prepared, request: WireRequest): WireOutcome | Promise<WireOutcome> {
  const route = routes[request.path];
  if (route === undefined) return { text: '404 page not found', status: 404 };
  if (route.method !== request.method) return { text: '405 method not allowed', status: 405 };
  if (route.method === 'POST' && request.body === undefined) {
    return { status: 400, error: request.text === '' ? 'missing request body' : 'unexpected EOF' };
  }
  return route.answer(prepared, request.body ?? {});
}

function ofModel(
  answer: (prepared: Prepared, body: Body, model: WireModel) => WireOutcome | Promise<WireOutcome>,
  shown = (name: string) => name,
): Route['answer'] {
  return (prepared, body) => {
    const name = body['model'];
    if (typeof name !== 'string' || name === '') return { status: 400, error: 'model is required' };
    const model = prepared.shelf.find(name);
    return model === undefined
      ? { status: 404, error: `model '${shown(name)}' not found` }
      : answer(prepared, body, model);
  };
}

async function chat(prepared: Prepared, body: Body, model: WireModel): Promise<WireOutcome> {
  const request = readChat(body);
  const refusal = refuseChat(request, model);
  if (refusal !== undefined) return refusal;
  if (request.messages.length === 0) {
    return moveModel(prepared, body, model, { message: { role: 'assistant', content: '' } });
  }
  const window = windowOf(request, model);
  prepared.shelf.load(model, window, body['keep_alive']);
  const tooLong = refuseLongPrompt(request, window);
  if (tooLong !== undefined) return tooLong;
  const answer = await prepared.answer(request);
  if (typeof answer === 'function' || 'status' in answer) return answer;
  const lines = chatLines(request, answer, { window, now: prepared.now });
  return request.stream ? { lines, beforeLine: answer.beforeLine } : { json: joinLines(lines) };
}

function generate(prepared: Prepared, body: Body, model: WireModel): WireOutcome {
  if (!body['prompt']) return moveModel(prepared, body, model, { response: '' });
  return { status: 501, error: 'this server prepares answers for /api/chat alone' };
}

/** A request without anything to say loads the model, or unloads it with `keep_alive: 0`. */
function moveModel(prepared: Prepared, body: Body, model: WireModel, empty: object): WireOutcome {
  const isUnload = body['keep_alive'] === 0 || body['keep_alive'] === '0';
  if (isUnload) prepared.shelf.unload(model);
  else prepared.shelf.load(model, windowOf(readChat(body), model), body['keep_alive']);
  return {
    json: {
      model: body['model'],
      created_at: prepared.now().toISOString(),
      ...empty,
      done: true,
      done_reason: isUnload ? 'unload' : 'load',
    },
  };
}

function embed({ shelf }: Prepared, body: Body, model: WireModel): WireOutcome {
  const { embeddingLength } = model;
  if (embeddingLength === undefined) {
    const error = 'This server does not support embeddings. Start it with `--embeddings`';
    return { status: 501, error };
  }
  shelf.load(model, Math.min(defaultWindow, contextLengthOf(model)), body['keep_alive']);
  const inputs = [body['input'] ?? []].flat().map(String);
  return {
    json: {
      model: body['model'],
      embeddings: inputs.map((input) => vector(input, embeddingLength)),
      total_duration: 2_000_000,
      load_duration: 1_000_000,
      prompt_eval_count: Math.ceil(inputs.join('').length / 4),
    },
  };
}

/** Letters counted into a unit vector: like texts get like vectors. */
function vector(text: string, length: number): number[] {
  const counts = Array.from({ length }, () => 0.001);
  for (const letter of text) {
    const at = (letter.codePointAt(0) ?? 0) % length;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const size = Math.hypot(...counts);
  return counts.map((count) => count / size);
}

function pull({ registry, shelf }: Prepared, body: Body): WireOutcome {
  const wanted = body['model'] ?? body['name'];
  const name = fullName(typeof wanted === 'string' ? wanted : '');
  const model = registry.find((candidate) => fullName(candidate.name) === name);
  const start = { status: 'pulling manifest' };
  if (model === undefined) {
    const lookup = 'dial tcp: lookup registry.ollama.ai: no such host';
    return { lines: [start, { error: `pull model manifest: Get "${name}": ${lookup}` }] };
  }
  const layer = { status: 'pulling 0123456789ab', digest: 'sha256:0123456789ab', total: 1000 };
  const ending = ['verifying sha256 digest', 'writing manifest', 'success'];
  shelf.add(model);
  return {
    lines: [start, layer, { ...layer, completed: 1000 }, ...ending.map((status) => ({ status }))],
  };
}
