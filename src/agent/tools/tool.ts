import type { ToolOffer } from '../../domain/chat.ts';
import type { Ending } from '../ending.ts';
import type { Hands } from '../hands.ts';

/** Arguments by our names and in our types: a repaired call. */
export type Arguments = Record<string, unknown>;

export type ToolResult = {
  ok: boolean;
  /** What the model reads: of a failure, why, and what to do next. */
  text: string;
  /** A file that now reads differently. */
  changed?: string;
  /** The stretch ends with it. */
  ending?: Ending;
};

export type Tool = {
  offer: ToolOffer;
  /** What a call is about, for the progress line: a path, a pattern, a command. */
  subject: (args: Arguments) => string;
  use: (args: Arguments, hands: Hands, signal: AbortSignal) => Promise<ToolResult>;
};

export function offer(
  name: string,
  description: string,
  properties: Record<string, { type: string; description?: string }>,
  required: string[],
): ToolOffer {
  return { name, description, parameters: { type: 'object', properties, required } };
}

export function failed(text: string): ToolResult {
  return { ok: false, text };
}

export function text(args: Arguments, key: string): string {
  const value = args[key];
  return typeof value === 'string' ? value : '';
}

export function number(args: Arguments, key: string): number | undefined {
  const value = args[key];
  return typeof value === 'number' ? value : undefined;
}
