import type { FailureEntry } from './failure-catalogue.ts';

/** The part of the catalogue that is about models and their servers. */
export const modelFailures = {
  MODEL_UNREACHABLE: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'Start Ollama (`ollama serve`) or correct `ollama.hosts`; waiting tickets are then taken by themselves.',
  },
  MODEL_TIMEOUT: {
    errorType: 'transient',
    hint: 'The model was too slow. Use a smaller model, or raise `ollama.firstTokenTimeout`.',
  },
  MODEL_OVERLOADED: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'The model server refused more work. Lower `processing.concurrency` or raise OLLAMA_NUM_PARALLEL.',
  },
  MODEL_RATE_LIMITED: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'The model server asks for fewer requests. Lower `processing.concurrency` or wait; the ticket is taken again by itself.',
  },
  MODEL_CIRCUIT_OPEN: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'The model server failed several times and is left alone for a while; waiting tickets are then taken by themselves.',
  },
  MODEL_UNFIT: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'The model could not be run a while ago and is left alone. Use a smaller model, lower `ollama.contextLength`, or wait.',
  },
  MODEL_STALLED: {
    errorType: 'transient',
    hint: 'The model stopped in the middle of its answer. Look at the server; raise `ollama.stallTimeout` or `ollama.timeout`.',
  },
  MODEL_NOT_ADMITTED: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Use another model, look at `ollama.contextLength` and run `ticketmill models probe` again, or set `models.<id>.admitted` to true.',
  },
  MODEL_NOT_FOUND: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Pull the model (`ollama pull NAME`) or name an installed one in the ticket or in `ollama.defaultModel`.',
  },
  MODEL_FILE_UNUSABLE: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Correct the path in `providers.<name>.files`, or fetch the file again: it must be a whole GGUF file, of a kind that the installed node-llama-cpp knows.',
  },
  MODEL_LIBRARY_UNUSABLE: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Run `npm install node-llama-cpp` where ticketmill is installed (with `-g` when ticketmill is), or say in `providers.<name>.module` where it is.',
  },
  MODEL_KEY_REFUSED: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'The provider does not accept the key. Correct it in the environment or `.env` and start again; waiting tickets are then taken by themselves.',
  },
  MODEL_CREDIT_SPENT: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'The account with the provider has no credit left. Top it up, or name another model.',
  },
  MODEL_OFF: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Set the key of the provider in the environment or `.env`, and `routing.allowPaid` to true where its models may cost money.',
  },
  MODEL_PRICE_UNKNOWN: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Say what the model costs in `models.<id>.price`, so that a budget in US dollars can be kept, or name another model.',
  },
  MODEL_DAY_SPENT: {
    errorType: 'policy',
    infrastructure: true,
    hint: 'Models that cost money are asked again tomorrow (UTC). Raise `budget.perDay.usd` to go on today.',
  },
  MODEL_OUT_OF_MEMORY: {
    errorType: 'environment',
    hint: 'The model does not fit in memory. Use a smaller model or lower `ollama.contextLength`.',
  },
  MODEL_TOOLS_UNSUPPORTED: {
    errorType: 'model',
    hint: 'This model cannot call tools. Leave `agent.protocol` on `auto` or set it to `blocks`.',
  },
  MODEL_BAD_TOOL_CALL: {
    errorType: 'model',
    hint: 'The model wrote a tool call that could not be read. Leave `agent.protocol` on `auto` or set it to `blocks`.',
  },
  MODEL_BAD_REQUEST: {
    errorType: 'model',
    hint: 'The model server refused the request. Look at the message, then at the version of the server.',
  },
  MODEL_CONTEXT_OVERFLOW: {
    errorType: 'model',
    hint: 'The task does not fit in the context window. Raise `ollama.contextLength` or make the ticket smaller.',
  },
  MODEL_STREAM_BROKEN: {
    errorType: 'transient',
    hint: 'The answer of the model server was cut off or was no valid stream. Try again; look at the server log.',
  },
  MODEL_EMPTY_ANSWER: {
    errorType: 'model',
    hint: 'The model answered nothing usable. Try another model.',
  },
  MODEL_REFUSED: {
    errorType: 'model',
    hint: 'The model, or the filter before it, refused to answer. Try another model, or say in the ticket what it is for.',
  },
  AGENT_UNAVAILABLE: {
    errorType: 'environment',
    hint: '`ticketmill doctor` says what the agent lacks. Install it, or set `agent.kind` to another one.',
  },
  AGENT_FAILED: {
    errorType: 'model',
    hint: 'Run the agent by hand on the same task to see what it complains of, or set `agent.kind` to another one.',
  },
  MODEL_LIMIT: {
    errorType: 'model',
    hint: 'The model made no progress within its limits. Use a stronger model or make the ticket smaller.',
  },
  MODEL_BAD_EDITS: {
    errorType: 'model',
    hint: 'The model could not express its change so that it could be applied. Use a stronger model.',
  },
} satisfies Record<string, FailureEntry>;
