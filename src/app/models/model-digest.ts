import type { OllamaProvider } from '../../models/ollama.ts';
import { ollamaName } from '../../models/ollama-name.ts';

/** Whatever can say which models there are. */
export type ModelList = Pick<OllamaProvider, 'list'>;

/** Tells the weights behind a name, which may change under it; null where the server does not say. */
export async function digestOf(
  provider: ModelList,
  model: string,
  signal: AbortSignal,
): Promise<string | null> {
  const name = ollamaName(model);
  if (name === null) return null;
  const names: (string | null)[] = [name, `${name}:latest`];
  const listed = (await provider.list(signal)).find(({ id }) => names.includes(ollamaName(id)));
  return listed?.digest ?? null;
}
