/** One turn of a conversation with a model, in the smallest form that every provider can take. */
export type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; toolCalls?: ToolCall[] }
  | { role: 'tool'; content: string; toolName: string; toolCallId?: string };

export type ToolCall = { id?: string; name: string; arguments: Record<string, unknown> };

/** A tool offered to the model; `parameters` is a JSON schema of type object. */
export type ToolOffer = { name: string; description: string; parameters: Record<string, unknown> };

export type ChatRequest = {
  /** `provider/model`; a name without a provider is an Ollama model. */
  model: string;
  messages: ChatMessage[];
  tools?: ToolOffer[];
  /** JSON schema that the answer must have. */
  format?: Record<string, unknown>;
  temperature?: number;
  /** Most tokens to generate; the provider's default when absent. */
  maxOutputTokens?: number;
  think?: boolean;
  /** Called for every piece of text as it arrives, for live progress. */
  onText?: (text: string) => void;
};

export type ChatReply = {
  text: string;
  /** A thinking model's reasoning, kept apart from its answer; empty otherwise. */
  thinking: string;
  toolCalls: ToolCall[];
  finish: 'stop' | 'length' | 'tools';
  usage: TokenUsage;
};

/** Tokens as the server counted them. */
export type TokenUsage = { input: number; output: number };

/** What a server says of one of its models. */
export type ModelFacts = {
  /** The id a ticket or config uses, with its provider: `ollama/qwen3:8b`. */
  id: string;
  capabilities: string[];
  /** The largest context window the model allows, in tokens; null when the server does not say. */
  contextLength: number | null;
  parameterSize?: string;
  quantization?: string;
  sizeBytes?: number;
  digest?: string;
};
