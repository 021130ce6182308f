/** What became of one block of a reply; without a `reason` it was applied, or there was nothing left to do. */
export type BlockResult = { path: string; at: number; reason?: string; note?: string };

/** Tells a model what became of its blocks, so that it sends the bad ones again and only these. */
export function reportEdits(blocks: readonly BlockResult[]): string {
  const failed = blocks.filter((block) => block.reason !== undefined);
  const good = blocks.filter((block) => block.reason === undefined);
  const paths = [...new Set(good.map((block) => block.path))].join(', ');
  if (failed.length === 0) return `${count(good.length)} applied to ${paths}.${notesOf(good)}`;
  const lines = [
    `${failed.length} of ${blocks.length} block${blocks.length === 1 ? '' : 's'} could not be applied.`,
  ];
  for (const [index, block] of blocks.entries()) {
    if (block.reason !== undefined) lines.push(`\nBlock ${index + 1}${nameOf(block)}: ${block.reason}`);
  }
  if (good.length > 0) {
    lines.push(
      `\nThe other ${count(good.length)} applied to ${paths}: do not repeat ${good.length === 1 ? 'it' : 'them'}.`,
    );
  }
  lines.push(`${good.length > 0 ? '' : '\n'}Answer only with corrected blocks for the ones that failed.`);
  return lines.join('\n');
}

function count(blocks: number): string {
  return blocks === 1 ? '1 block was' : `${blocks} blocks were`;
}

function nameOf({ path }: BlockResult): string {
  return path === '' ? '' : ` (${path})`;
}

function notesOf(good: readonly BlockResult[]): string {
  return good.map(({ path, note }) => (note === undefined ? '' : `\n${path}: ${note}.`)).join('');
}
