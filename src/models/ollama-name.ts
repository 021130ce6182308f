/** Providers whose names can't be the first part of an Ollama model's name. */
const otherProviders = ['openai', 'anthropic', 'google', 'openrouter', 'huggingface'];

/**
 * The name that Ollama knows a model by, or null when the id belongs to another provider. Ollama's own names may hold
 * slashes (`hf.co/owner/model`, `library/qwen3`), so nothing but `ollama/` is taken off. `providers`: further names
 * of configured providers.
 */
export function ollamaName(id: string, providers: readonly string[] = []): string | null {
  const slash = id.indexOf('/');
  const first = slash < 0 ? '' : id.slice(0, slash);
  if (otherProviders.includes(first) || providers.includes(first)) return null;
  const name = first === 'ollama' ? id.slice(slash + 1) : id;
  return name === '' ? null : name;
}

export function ollamaId(name: string): string {
  return `ollama/${name}`;
}
