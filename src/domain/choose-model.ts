import type { ModelFacts } from './chat.ts';

/**
 * The model to begin with: made for code before others, able to call tools before others, else as the server lists
 * them, which is newest first. Null when there is none that writes text.
 */
export function chooseModel(models: readonly ModelFacts[]): string | null {
  const writers = models.filter((model) => !isEmbedding(model));
  const ranked = writers.toSorted((a, b) => rank(b) - rank(a));
  return ranked[0]?.id ?? null;
}

function rank({ id, capabilities }: ModelFacts): number {
  return (/code/i.test(id) ? 2 : 0) + (capabilities.includes('tools') ? 1 : 0);
}

/** Older servers say nothing of capabilities. */
function isEmbedding({ id, capabilities }: ModelFacts): boolean {
  return capabilities.length > 0 ? !capabilities.includes('completion') : /embed/i.test(id);
}
