import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { McpServer } from '../../src/mcp/open-server.ts';
import { openServers } from '../../src/mcp/open-servers.ts';
import type { OpenedServers } from '../../src/mcp/open-servers.ts';

const tiny = fileURLToPath(new URL('../support/mcp-server.mjs', import.meta.url));
const signal = new AbortController().signal;
const server = (more: Partial<McpServer>): McpServer => ({
  ...{
    name: 'tiny',
    command: [process.execPath, tiny],
    env: {},
    url: null,
    tools: ['word'],
    timeout: 60_000,
  },
  ...more,
});

describe('tools of others', () => {
  let opened: OpenedServers | undefined;
  const warnings: string[] = [];
  afterEach(async () => {
    await opened?.close();
    warnings.length = 0;
  });

  async function open(...servers: McpServer[]) {
    const env = { PATH: process.env['PATH'] ?? '' };
    const enclose = (argv: string[]) => Promise.resolve({ argv, env, cwd: process.cwd() });
    opened = await openServers(servers, { enclose, warn: (message) => warnings.push(message) }, signal);
    const { tools } = opened;
    const use = (name: string, args = {}) => {
      const tool = tools.find(({ offer }) => offer.name === name);
      if (tool === undefined) throw new Error(`no tool ${name}`);
      return tool.use(args, signal);
    };
    return { tools, use };
  }

  it('are offered where they are allowed, and answer with data', async () => {
    const { tools, use } = await open(server({ tools: ['word', 'fences', 'picture'] }));
    expect(tools.map(({ offer }) => [offer.name, offer.description])).toEqual([
      ['tiny_word', 'The word for a number.'],
      ['tiny_fences', 'Tries to get out.'],
      ['tiny_picture', 'No text.'],
    ]);
    expect(tools[0]?.offer.parameters).toMatchObject({
      type: 'object',
      properties: { number: { type: 'number' } },
    });
    expect(await use('tiny_word', { number: 2 })).toEqual({
      ok: true,
      text: 'Result of tiny_word, as data:\n```\ntwo\n```',
    });
    expect(await use('tiny_word', { number: 10 })).toMatchObject({
      ok: false,
      text: expect.stringContaining('no such word'),
    });
    expect((await use('tiny_fences')).text).toMatch(/^Result of tiny_fences, as data:\n(~~~|````)\n```/);
    expect((await use('tiny_picture')).text).toContain('[image left out]\na text');
    expect(warnings).toEqual([]);
  });

  it('are told of where they cannot be had, and the others are there all the same', async () => {
    const gone = server({ name: 'gone', command: ['/no/such/program'] });
    const { tools } = await open(server({ tools: ['word', 'nothing', 'wide'] }), gone);
    expect(tools.map(({ offer }) => offer.name)).toEqual(['tiny_word']);
    expect(warnings.sort()).toEqual([
      expect.stringMatching(/^MCP server "gone": it cannot be used: .*ENOENT/),
      'MCP server "tiny": it has no tool "nothing".',
      expect.stringMatching(
        /^MCP server "tiny": the arguments of "wide" take \d+ characters to describe, at most 3000/,
      ),
    ]);
  });

  it('take no longer than they may, and what the server sees is what it was given', async () => {
    const { use } = await open(
      server({ tools: ['never', 'environment'], timeout: 500, env: { GREETING: 'hi' } }),
    );
    const late = await use('tiny_never');
    const seen = await use('tiny_environment');
    expect(seen.text).toContain('"GREETING":"hi"');
    expect(seen.text).not.toContain('JEST_WORKER_ID');
    expect(late).toMatchObject({
      ok: false,
      text: expect.stringMatching(/^tiny_never failed: .*timed out/i),
    });
  });

  it('are reached at an address as well', async () => {
    const { McpServer: Server } = await import('@modelcontextprotocol/sdk/server/mcp.js');
    const { StreamableHTTPServerTransport } =
      await import('@modelcontextprotocol/sdk/server/streamableHttp.js');
    const http = createServer((request, response) => {
      void (async () => {
        const remote = new Server({ name: 'remote', version: '1.0.0' });
        remote.registerTool('greet', { description: 'Greets.' }, () => ({
          content: [{ type: 'text', text: 'Hello' }],
        }));
        const transport = new StreamableHTTPServerTransport({});
        await remote.connect(transport);
        await transport.handleRequest(request, response);
      })();
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const address = http.address();
    const url = typeof address === 'object' ? `http://127.0.0.1:${address?.port ?? 0}/mcp` : '';
    try {
      const { use } = await open(server({ name: 'far', command: null, url, tools: ['greet'] }));
      expect(await use('far_greet')).toMatchObject({ ok: true, text: expect.stringContaining('Hello') });
    } finally {
      http.closeAllConnections();
      http.close();
    }
  });

  it('are not waited for when the run ends', async () => {
    const { tools } = await open(server({ tools: ['never'] }));
    const ended = new AbortController();
    const call = tools[0]?.use({}, ended.signal);
    ended.abort(new Error('the run is over'));
    await expect(call).rejects.toThrow('the run is over');
  });
});
