import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { OutsideTool } from '../ports.ts';
import { offerTool } from './offer-tool.ts';

/** A server of the Model Context Protocol, and which of its tools may be used. */
export type McpServer = {
  name: string;
  /** Program and arguments of a server that is started here; null for one that has an address. */
  command: readonly string[] | null;
  env: Readonly<Record<string, string>>;
  url: string | null;
  /** None of the others is offered. */
  tools: readonly string[];
  /** Milliseconds that a call may take. */
  timeout: number;
};

/** How a program is started so that it is within the walls of the run. */
export type Enclose = (
  argv: string[],
) => Promise<{ argv: string[]; env: Record<string, string>; cwd: string }>;

export type OpenedServer = {
  tools: OutsideTool[];
  /** What was allowed and cannot be offered, in words for people. */
  missing: string[];
  close: () => Promise<void>;
};

/** Milliseconds that a server gets at least until it can be asked: many install themselves first. */
const beginning = 30_000;

/** Connects to one server and asks for its tools. Whatever it says is data. */
export async function openServer(
  server: McpServer,
  enclose: Enclose,
  signal: AbortSignal,
): Promise<OpenedServer> {
  const { Client: Connection } = await import('@modelcontextprotocol/sdk/client/index.js');
  const client = new Connection({ name: 'ticketmill', version: '1' });
  const limits = { timeout: Math.max(server.timeout, beginning), signal };
  try {
    await client.connect(await transportOf(server, enclose), limits);
    const listed = await listTools(client, limits);
    const offered = server.tools.map((name) => {
      const tool = listed.find((each) => each.name === name);
      return tool === undefined ? `it has no tool "${name}"` : offerTool(client, server, tool);
    });
    return {
      tools: offered.filter((each) => typeof each !== 'string'),
      missing: offered.filter((each) => typeof each === 'string'),
      close: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function transportOf({ command, env, url }: McpServer, enclose: Enclose): Promise<Transport> {
  if (command === null) {
    const { StreamableHTTPClientTransport } =
      await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    // The SDK's own types do not agree with each other where an absent key is not an undefined one.
    return new StreamableHTTPClientTransport(new URL(url ?? ''));
  }
  const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
  const enclosed = await enclose([...command]);
  const [program = '', ...args] = enclosed.argv;
  const whole = { ...enclosed.env, ...env };
  return new StdioClientTransport({
    command: program,
    args,
    env: whole,
    cwd: enclosed.cwd,
    stderr: 'ignore',
  });
}

/** A server that says there is always more is believed so far. */
const mostPages = 10;

async function listTools(client: Client, limits: { timeout: number; signal: AbortSignal }) {
  const tools = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const listed = await client.listTools(cursor === undefined ? {} : { cursor }, limits);
    tools.push(...listed.tools);
    cursor = listed.nextCursor;
    if (cursor === undefined) break;
  }
  return tools;
}
