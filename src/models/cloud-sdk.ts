import type { LanguageModelV4 } from '@ai-sdk/provider';

/** The wire formats that are spoken. */
export type CloudKind = 'openai' | 'anthropic' | 'google' | 'compatible';

export type SdkOptions = {
  name: string;
  baseUrl: string;
  /** Null where a server wants none. */
  key: string | null;
  fetch: typeof fetch;
};

/** A model in the words of the AI SDK. Its libraries are read when the first model of their kind is asked. */
export async function openSdkModel(
  kind: CloudKind,
  model: string,
  { name, baseUrl: baseURL, key, fetch }: SdkOptions,
): Promise<LanguageModelV4> {
  // Given even when there is none: the libraries would look into the environment.
  const options = { baseURL, apiKey: key ?? '', fetch };
  switch (kind) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      return createOpenAI(options).chat(model);
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic(options).languageModel(model);
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google');
      return createGoogle(options).languageModel(model);
    }
    case 'compatible': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      const login = key === null ? {} : { apiKey: key };
      const abilities = { includeUsage: true, supportsStructuredOutputs: true };
      return createOpenAICompatible({ name, baseURL, fetch, ...login, ...abilities }).chatModel(model);
    }
  }
}
