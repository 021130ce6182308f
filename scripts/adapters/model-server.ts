import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model server in the dialects that coding CLIs speak. It lets a CLI run one shell command, then says that it is done. */
export type ModelServer = {
  url: string;
  requests: { path: string; bytes: number; tools: number }[];
  close: () => Promise<void>;
};

type Body = { stream?: boolean; model?: string; messages?: unknown; input?: unknown; tools?: unknown[] };

export async function startModelServer(command: string): Promise<ModelServer> {
  const requests: ModelServer['requests'] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const path = (request.url ?? '').split('?')[0] ?? '';
      const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Body;
      const tools = body.tools?.length ?? 0;
      if (request.method === 'POST') requests.push({ path, bytes: Buffer.byteLength(text), tools });
      answer(path, body, { response, command });
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Reply = { response: ServerResponse; command: string };

function answer(path: string, body: Body, reply: Reply): void {
  if (path.endsWith('/chat/completions')) chat(body, reply);
  else if (path.endsWith('/responses')) responses(body, reply);
  else if (path.endsWith('/messages')) messages(body, reply);
  else if (path.endsWith('/models'))
    json(reply.response, {
      object: 'list',
      data: [{ id: 'fake', object: 'model', owned_by: 'me' }],
      models: [],
    });
  else json(reply.response, {});
}

/** The first tool that runs commands, by the names that CLIs give it, and the call in its own arguments. */
function shellCall({ tools = [] }: Body, command: string): { name: string; arguments: string } | null {
  const offered = tools.map((tool) => {
    const { name, function: inner } = tool as { name?: string; function?: { name?: string } };
    return { name: name ?? inner?.name ?? '', text: JSON.stringify(tool) };
  });
  const wanted = /^(?:bash|shell|exec_command|run_shell_command|run_commands|execute_command|Bash)$/;
  const tool = offered.find(({ name }) => wanted.test(name));
  if (tool === undefined) return null;
  const key = /"(command|cmd|commands)"/.exec(tool.text)?.[1] ?? 'command';
  const isList = key === 'commands' || (tool.name === 'shell' && tool.text.includes('"array"'));
  const value = isList ? (key === 'commands' ? [command] : ['sh', '-c', command]) : command;
  return { name: tool.name, arguments: JSON.stringify({ [key]: value, description: 'make the change' }) };
}

function isAnswered(history: unknown): boolean {
  return /"role":"tool"|function_call_output|tool_result/.test(JSON.stringify(history ?? ''));
}

function chat(body: Body, { response, command }: Reply): void {
  const call = isAnswered(body.messages) ? null : shellCall(body, command);
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
  const base = { id: 'c1', created: 1, model: body.model };
  const calls = call === null ? undefined : [{ index: 0, id: 'call_1', type: 'function', function: call }];
  const message = { role: 'assistant', content: call === null ? 'Done.' : null, tool_calls: calls };
  const finish = call === null ? 'stop' : 'tool_calls';
  if (body.stream !== true) {
    json(response, {
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: finish }],
      usage,
    });
    return;
  }
  const chunk = (delta: object, reason: string | null, more = {}): object => ({
    ...{ ...base, object: 'chat.completion.chunk', ...more },
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  stream(
    response,
    [chunk(message, null), chunk({}, finish, { usage })].map((data) => ({ data })),
    true,
  );
}

function responses(body: Body, { response, command }: Reply): void {
  const call = isAnswered(body.input) ? null : shellCall(body, command);
  const item =
    call === null
      ? { type: 'message', id: 'm1', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] }
      : { type: 'function_call', id: 'f1', call_id: 'call_1', ...call };
  const usage = { input_tokens: 100, output_tokens: 10, total_tokens: 110 };
  const whole = { id: 'r1', object: 'response', status: 'completed', output: [item], usage };
  const events = [
    { type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: whole },
  ];
  stream(
    response,
    events.map((data) => ({ event: data.type, data })),
    false,
  );
}

function messages(body: Body, { response, command }: Reply): void {
  const call = isAnswered(body.messages) ? null : shellCall(body, command);
  const usage = { input_tokens: 100, output_tokens: 10 };
  const start = { id: 'm1', type: 'message', role: 'assistant', model: body.model, content: [], usage };
  const block =
    call === null ? { type: 'text', text: '' } : { type: 'tool_use', id: 't1', name: call.name, input: {} };
  const delta =
    call === null
      ? { type: 'text_delta', text: 'Done.' }
      : { type: 'input_json_delta', partial_json: call.arguments };
  const reason = call === null ? 'end_turn' : 'tool_use';
  const content = [
    call === null
      ? { type: 'text', text: 'Done.' }
      : { ...block, input: JSON.parse(call.arguments) as object },
  ];
  if (body.stream !== true) {
    json(response, { ...start, content, stop_reason: reason });
    return;
  }
  const events = [
    { type: 'message_start', message: start },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: reason }, usage },
    { type: 'message_stop' },
  ];
  stream(
    response,
    events.map((data) => ({ event: data.type, data })),
    false,
  );
}

function json(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function stream(
  response: ServerResponse,
  events: { event?: string; data: object }[],
  isEnded: boolean,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const { event, data } of events)
    response.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`);
  response.end(isEnded ? 'data: [DONE]\n\n' : '');
}
