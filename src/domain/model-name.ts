/** `ollama/x` and `x` are the same model. */
export function bareName(model: string): string {
  return model.replace(/^ollama\//, '');
}

/**
 * With its provider, so that no statistics take one model for two. Ollama's own names may hold slashes too: only known
 * providers, and those that the config names, are taken for one.
 */
export function fullName(model: string, configured: readonly string[] = []): string {
  const known = /^(ollama|openai|anthropic|google|openrouter|huggingface)\//.test(model);
  return known || configured.some((name) => model.startsWith(`${name}/`)) ? model : `ollama/${model}`;
}

/** Billions of parameters as far as a name tells: `qwen3:8b` -> 8, `mixtral:8x7b` -> 56; null when it does not. */
export function sizeInName(model: string): number | null {
  const [, experts = '1', billions] =
    /(?:^|[:_-])(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,3})?)b(?![a-z])/i.exec(model) ?? [];
  return billions === undefined ? null : Number(experts) * Number(billions);
}
