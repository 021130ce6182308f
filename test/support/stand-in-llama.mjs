// Speaks as node-llama-cpp does, as far as it is used, and answers what stands in a file beside the model's.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

const pieces = (text) => text.match(/\s*\S+\s*/gu) ?? [];
const never = () => new Promise(() => undefined);

/** What was done so often before, by whichever process. */
function next(file, kind) {
  const log = `${file}.${kind}.jsonl`;
  const { [kind]: script = [] } = existsSync(`${file}.script.json`)
    ? JSON.parse(readFileSync(`${file}.script.json`, 'utf8'))
    : {};
  const done = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0;
  return { step: script[done] ?? {}, tell: (what) => appendFileSync(log, `${JSON.stringify(what)}\n`) };
}

export class InsufficientMemoryError extends Error {}

export async function getLlama({ logger }) {
  return {
    maxThreads: 4,
    createGrammarForJsonSchema: async (schema) => ({ schema }),
    async loadModel({ modelPath }) {
      const { step, tell } = next(modelPath, 'loads');
      tell({ pid: process.pid, env: Object.keys(process.env) });
      if (step.fault === 'die') process.kill(process.pid, 'SIGABRT');
      if (step.fault === 'killed') process.kill(process.pid, 'SIGKILL');
      if (step.fault === 'hang') await never();
      if (step.fault === 'corrupt') {
        logger('error', 'llama_model_load: error loading model: tensor data is not within the file bounds\n');
        throw new Error('Failed to load model');
      }
      if (step.fault === 'memory') throw new InsufficientMemoryError('Not enough RAM to fit the model');
      return {
        memoryUsage: { ram: 1000, vram: 500 },
        async createContext({ contextSize, sequences }) {
          if (step.fault === 'window') throw new Error('Failed to create context');
          return {
            contextSize,
            memoryUsage: { ram: 100 * sequences, vram: 0 },
            getSequence: () => ({ modelPath, contextSize }),
          };
        },
      };
    },
  };
}

export class LlamaChat {
  model = { tokenizer: pieces };

  constructor({ contextSequence: { modelPath, contextSize } }) {
    this.modelPath = modelPath;
    this.sequence = { contextSize, tokenMeter: { usedOutputTokens: 0 } };
    this.chatWrapper = {
      generateContextState: ({ chatHistory }) => {
        const { usage } = next(modelPath, 'answers').step;
        const words = JSON.stringify(chatHistory).split(' ').length;
        return { contextText: { tokenize: () => Array.from({ length: usage?.input ?? words }) } };
      },
    };
  }

  async generateResponse(history, options) {
    const { step, tell } = next(this.modelPath, 'answers');
    const { signal, onResponseChunk, onFunctionCallParamsChunk, ...said } = options;
    tell({ history, ...said });
    const { text = 'Well.', thinking = '', toolCalls = [], fault, finish } = step;
    const stopped = new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    // Nobody may be waiting for it yet.
    stopped.catch(() => undefined);
    if (fault === 'hang') await stopped;
    if (fault === 'deaf') await never();
    if (fault === 'die-early') process.kill(process.pid, 'SIGKILL');
    if (thinking !== '') onResponseChunk({ type: 'segment', text: thinking });
    for (const piece of pieces(text)) onResponseChunk({ type: undefined, text: piece });
    for (const call of toolCalls) onFunctionCallParamsChunk({ paramsChunk: JSON.stringify(call.arguments) });
    // A turn of the loop, for what was said to leave the process.
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (fault === 'stall') await stopped;
    if (fault === 'die') {
      process.stderr.write('GGML_ASSERT(n > 0) failed\n');
      process.kill(process.pid, 'SIGABRT');
      await never();
    }
    if (fault === 'error') throw new Error('Failed to sample next token');
    this.sequence.tokenMeter.usedOutputTokens += step.usage?.output ?? pieces(text).length;
    return {
      response: text,
      fullResponse: [...(thinking === '' ? [] : [{ segmentType: 'thought', text: thinking }]), text],
      functionCalls: toolCalls.map((call) => ({ functionName: call.name, params: call.arguments })),
      metadata: { stopReason: finish === 'length' ? 'maxTokens' : 'eogToken' },
    };
  }
}
