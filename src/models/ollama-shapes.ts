import * as z from 'zod';
import type { ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { source } from './ollama-errors.ts';
import type { Asked } from './ollama-errors.ts';
import { ollamaId } from './ollama-name.ts';

/** What we read of Ollama's answers; everything else in them is ignored. */
const details = z.object({
  parameter_size: z.string().optional(),
  quantization_level: z.string().optional(),
  context_length: z.number().positive().optional(),
});

const show = z.object({
  details: details.optional(),
  model_info: z.record(z.string(), z.unknown()).optional(),
  capabilities: z.array(z.string()).nullish(),
});

const tags = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        size: z.number().optional(),
        digest: z.string().optional(),
        details: details.optional(),
        capabilities: z.array(z.string()).nullish(),
      }),
    )
    .nullable(),
});

const ps = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        size: z.number(),
        size_vram: z.number().optional(),
        context_length: z.number().optional(),
        expires_at: z.string().optional(),
      }),
    )
    .nullable(),
});

const version = z.object({ version: z.string() });

const toolArguments = z.record(z.string(), z.unknown()).nullish();

const chatLine = z.object({
  message: z
    .object({
      content: z.string().nullish(),
      thinking: z.string().nullish(),
      tool_calls: z
        .array(
          z.object({
            id: z.string().optional(),
            function: z.object({ name: z.string(), arguments: z.union([toolArguments, z.string()]) }),
          }),
        )
        .nullish(),
    })
    .optional(),
  done: z.boolean().optional(),
  done_reason: z.string().optional(),
  prompt_eval_count: z.number().optional(),
  eval_count: z.number().optional(),
});

const pullLine = z.object({
  status: z.string(),
  digest: z.string().optional(),
  total: z.number().optional(),
  completed: z.number().optional(),
});

/** How far a pull is: `status` in the server's words, sizes in bytes of the part that is fetched now. */
export type PullProgress = { status: string; total: number | null; completed: number | null };

export type ChatLine = z.infer<typeof chatLine>;

/** A model that a server holds in memory. */
export type LoadedModel = {
  /** The server it is loaded on. */
  host: string;
  id: string;
  /** The window it was loaded with, in tokens; null when an older server does not say. */
  contextLength: number | null;
  sizeBytes: number;
  /** How much of it lies in video memory; less than `sizeBytes` means that a part runs on the processor. */
  vramBytes: number;
  /** When the server will unload it, as the server wrote it. */
  expiresAt: string | null;
};

export function readChatLine(answer: unknown, asked: Asked): ChatLine {
  return parse(chatLine, answer, asked);
}

export function readPullLine(answer: unknown, asked: Asked): PullProgress {
  const { status, total, completed } = parse(pullLine, answer, asked);
  return { status, total: total ?? null, completed: completed ?? null };
}

export function readVersion(answer: unknown, asked: Asked): string {
  return parse(version, answer, asked).version;
}

export function readShow(name: string, answer: unknown, asked: Asked): ModelFacts {
  const shown = parse(show, answer, asked);
  return {
    id: ollamaId(name),
    capabilities: shown.capabilities ?? [],
    contextLength: trainedContext(shown.model_info ?? {}) ?? shown.details?.context_length ?? null,
    ...size(shown.details),
  };
}

export function readTags(answer: unknown, asked: Asked): ModelFacts[] {
  return (parse(tags, answer, asked).models ?? []).map((model) => ({
    id: ollamaId(model.name),
    capabilities: model.capabilities ?? [],
    contextLength: model.details?.context_length ?? null,
    ...size(model.details),
    ...(model.size === undefined ? {} : { sizeBytes: model.size }),
    ...(model.digest === undefined ? {} : { digest: model.digest }),
  }));
}

export function readLoaded(answer: unknown, asked: Asked): LoadedModel[] {
  return (parse(ps, answer, asked).models ?? []).map((model) => ({
    host: asked.url,
    id: ollamaId(model.name),
    contextLength: model.context_length ?? null,
    sizeBytes: model.size,
    vramBytes: model.size_vram ?? 0,
    expiresAt: model.expires_at ?? null,
  }));
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, asked: Asked): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new Failure(
    'MODEL_STREAM_BROKEN',
    `${source(asked)} answered in a shape that is not Ollama's: ${z.prettifyError(result.error).replace(/\s+/g, ' ')}`,
  );
}

/** The key carries the architecture's name: `llama.context_length`. */
function trainedContext(info: Record<string, unknown>): number | null {
  const key = Object.keys(info).find((name) => name.endsWith('.context_length'));
  const value = key === undefined ? undefined : info[key];
  return typeof value === 'number' && value > 0 ? value : null;
}

function size(
  found: z.infer<typeof details> | undefined,
): Pick<ModelFacts, 'parameterSize' | 'quantization'> {
  return {
    ...(found?.parameter_size ? { parameterSize: found.parameter_size } : {}),
    ...(found?.quantization_level ? { quantization: found.quantization_level } : {}),
  };
}
