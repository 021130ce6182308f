import type { Edit, Malformed } from './edit.ts';
import type { KnownFiles } from './edit-path.ts';

/** A reply cut into lines, with what its readers need to know. */
export type ReplyText = {
  lines: string[];
  known: KnownFiles;
  /** The model was cut off: what has no end was not finished. */
  truncated: boolean;
  /** The file of the preceding block, for blocks that name none. */
  previousPath?: string;
};

/** What one reader found, and the index of the line after it. */
export type Piece = { next: number; found: (Edit | Malformed)[] };

export function lineAt(reply: ReplyText, index: number): string {
  return reply.lines[index] ?? '';
}

/** Lines as the text of a block: each line ended, no lines empty. */
export function blockText(lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

export type Fence = { mark: string; info: string; indent: number };

/** An opening fence: three or more backticks or tildes, or one of the tags that stand in for them. */
export function openingFence(line: string): Fence | undefined {
  const tag = /^\s{0,8}<(source|code|pre|codeblock|sourcecode)>([\w+#.-]{0,40})\s*$/.exec(line);
  if (tag) return { mark: `</${tag[1] ?? ''}>`, info: tag[2] ?? '', indent: 0 };
  const fence = /^(\s{0,12})(`{3,}|~{3,}(?!~))([^`]{0,300})$/.exec(line);
  if (!fence) return undefined;
  return { mark: fence[2] ?? '', info: (fence[3] ?? '').trim(), indent: (fence[1] ?? '').length };
}

export function closesFence(line: string, fence: Fence): boolean {
  if (!fence.mark.startsWith(line.trimStart().charAt(0))) return false;
  const text = line.trim();
  if (fence.mark.startsWith('<')) return text === fence.mark;
  return text.startsWith(fence.mark) && isRunOf(text, fence.mark.charAt(0));
}

function isRunOf(text: string, character: string): boolean {
  return text.split('').every((each) => each === character);
}
