/*
 * The part of `node-llama-cpp` (3.22) that is used here, in types of ours: the package is no dependency, and those who
 * have it installed it themselves.
 */

export type HistoryItem =
  { type: 'system' | 'user'; text: string } | { type: 'model'; response: (string | CalledFunction)[] };

export type CalledFunction = { type: 'functionCall'; name: string; params: unknown; result: unknown };

export type Functions = Record<string, { description: string; params: Record<string, unknown> }>;

type ChatOptions = {
  signal: AbortSignal;
  maxTokens: number;
  temperature: number;
  repeatPenalty: false;
  onResponseChunk: (chunk: { type: 'segment' | undefined; text: string }) => void;
  onFunctionCallParamsChunk?: (chunk: { paramsChunk: string }) => void;
  functions?: Functions;
  documentFunctionParams?: boolean;
  grammar?: object;
};

export type Generated = {
  response: string;
  fullResponse: (string | { segmentType: string; text: string })[];
  functionCalls?: { functionName: string; params: unknown }[];
  metadata: { stopReason: string };
};

export interface LlamaChat {
  readonly chatWrapper: {
    generateContextState(of: {
      chatHistory: HistoryItem[];
      availableFunctions?: Functions;
      documentFunctionParams?: boolean;
    }): { contextText: { tokenize(tokenizer: unknown): readonly number[] } };
  };
  readonly model: { tokenizer: unknown };
  readonly sequence: {
    readonly contextSize: number;
    readonly tokenMeter: { readonly usedOutputTokens: number };
  };
  generateResponse(history: HistoryItem[], options: ChatOptions): Promise<Generated>;
}

export interface LlamaModel {
  readonly memoryUsage: { ram: number; vram: number };
  createContext(options: {
    contextSize: number;
    sequences: number;
    /** A window that is smaller than was asked for, without a word, would cut prompts. */
    failedCreationRemedy: false;
  }): Promise<{
    readonly contextSize: number;
    readonly memoryUsage: { ram: number; vram: number };
    getSequence(): object;
  }>;
}

export interface Llama {
  /** 0 where there is no limit, as with a graphics card. */
  maxThreads: number;
  loadModel(options: {
    modelPath: string;
    gpuLayers: { fitContext: { contextSize: number } };
  }): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: Record<string, unknown>): Promise<object>;
}

export type Library = {
  getLlama: (options: {
    /** Nothing is compiled and nothing is fetched. */
    build: 'never';
    skipDownload: true;
    progressLogs: false;
    logger: (level: string, message: string) => void;
  }) => Promise<Llama>;
  LlamaChat: new (options: { contextSequence: object }) => LlamaChat;
};
