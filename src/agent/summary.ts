import { closesFence, openingFence, type Fence } from './reply-text.ts';
import { opensBlock } from './search-replace-blocks.ts';

const longest = 1000;

/** The lines of an answer that stand outside fences and blocks. */
export function proseLines(text: string): string[] {
  const prose: string[] = [];
  let fence: Fence | undefined;
  let inBlock = false;
  for (const line of text.split(/\r?\n/)) {
    if (inBlock) inBlock = !/^\s{0,8}>{5,9}/.test(line);
    else if (opensBlock(line)) inBlock = true;
    else if (fence !== undefined) fence = closesFence(line, fence) ? undefined : fence;
    else {
      fence = openingFence(line);
      if (fence === undefined) prose.push(line);
      else dropName(prose);
    }
  }
  return prose;
}

/** A path alone on the line above a fence belongs to the fence. */
function dropName(prose: string[]): void {
  while (prose.at(-1)?.trim() === '') prose.pop();
  if (/^\s*[*`#]{0,4}\s?\S+$/.test(prose.at(-1) ?? '')) prose.pop();
}

/** What a model says about what it did, without the code: for people, and never believed. */
export function summaryOf(text: string): string {
  const prose = proseLines(text.replace(/^[\s\S]*<\/think(?:ing)?>/, withoutThoughts));
  const said = prose.map((line) => /^\s*DONE:(.*)$/.exec(line)?.[1]).find((each) => each !== undefined);
  const all = (said ?? prose.join('\n').replace(/\n{3,}/g, '\n\n')).trim();
  return all.length > longest ? `${all.slice(0, longest).trimEnd()} …` : all;
}

/** Of a text that ends with a closing tag: where none follows, each opening one would be a search to the end. */
function withoutThoughts(text: string): string {
  return text.replace(/<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/g, '');
}
