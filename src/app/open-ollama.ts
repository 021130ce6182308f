import type { Config } from '../config/schema.ts';
import { ollamaName } from '../models/ollama-name.ts';
import { createOllama } from '../models/ollama.ts';
import type { OllamaProvider } from '../models/ollama.ts';
import type { Clock } from '../ports.ts';

const healthTimeout = 5000;

/** The configured model servers. Connects to nothing yet; close it when done. */
export function openOllama({ ollama, models }: Config, clock: Clock): OllamaProvider {
  const { hosts, contextLength, keepAlive, timeout, firstTokenTimeout, stallTimeout, parallel } = ollama;
  const windows = Object.entries(models).flatMap(([id, model]) => {
    const name = ollamaName(id);
    return name === null || model.contextLength === undefined ? [] : [[name, model.contextLength] as const];
  });
  return createOllama(
    {
      hosts,
      contextLength,
      windows: Object.fromEntries(windows),
      keepAlive,
      timeout,
      firstTokenTimeout,
      stallTimeout,
      healthTimeout,
      parallel,
    },
    clock,
  );
}
