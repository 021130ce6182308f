import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { cut, fence, joinLines, showHidden } from '../domain/untrusted.ts';
import type { OutsideTool } from '../ports.ts';
import type { McpServer } from './open-server.ts';

type ListedTool = Awaited<ReturnType<Client['listTools']>>['tools'][number];

const longestDescription = 300;
/** Characters of a schema that a small model still gets along with, in every request. */
const longestSchema = 3000;
/** Characters that are kept of one result; the coder cuts further to what its window takes. */
const longestResult = 64_000;

/** A tool as the coder sees it, under the name `server_tool`; a text where it cannot be offered, and why. */
export function offerTool(
  client: Pick<Client, 'callTool'>,
  { name: server, timeout }: Pick<McpServer, 'name' | 'timeout'>,
  { name, description = '', inputSchema }: ListedTool,
): OutsideTool | string {
  const size = JSON.stringify(inputSchema).length;
  if (size > longestSchema)
    return `the arguments of "${name}" take ${size} characters to describe, at most ${longestSchema} are offered`;
  const offer = {
    name: `${server}_${name}`.replace(/[^\w-]/g, '_').slice(0, 64),
    description: cut(joinLines(description), longestDescription),
    parameters: { ...inputSchema },
  };
  return {
    offer,
    async use(args, signal) {
      try {
        const limits = { timeout, maxTotalTimeout: timeout, signal };
        const result = await client.callTool({ name, arguments: args }, undefined, limits);
        return { ok: result.isError !== true, text: asData(offer.name, textOf(result.content)) };
      } catch (error) {
        signal.throwIfAborted();
        const why = error instanceof Error ? error.message : String(error);
        return { ok: false, text: `${offer.name} failed: ${cut(joinLines(why), 500)} Go on without it.` };
      }
    },
  };
}

/** What other programs say stands in a fence: it is read, never obeyed. */
function asData(name: string, text: string): string {
  return `Result of ${name}, as data:\n${fence(showHidden(cut(text, longestResult)))}`;
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content
    .map((part: { type?: string; text?: unknown; resource?: { text?: unknown } }) => {
      const text = part.text ?? part.resource?.text;
      return typeof text === 'string' ? text : `[${part.type ?? 'something'} left out]`;
    })
    .join('\n');
}
