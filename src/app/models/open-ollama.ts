import type { Config } from '../../config/schema.ts';
import type { Observe } from '../../domain/event.ts';
import { ollamaName } from '../../models/ollama-name.ts';
import { createOllama } from '../../models/ollama.ts';
import type { OllamaProvider } from '../../models/ollama.ts';
import type { Clock } from '../../ports.ts';

/** The configured model servers. Connects to nothing yet; close it when done. */
export function openOllama({ ollama, models }: Config, clock: Clock, observe?: Observe): OllamaProvider {
  const { hosts, contextLength, keepAlive, timeout, firstTokenTimeout, stallTimeout, parallel } = ollama;
  const { failureThreshold, successThreshold, halfOpenRequests, resetTimeout } = ollama.healthCheck;
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
      healthTimeout: ollama.healthCheck.timeout,
      parallel,
      circuit: { failureThreshold, successThreshold, halfOpenRequests, resetTimeout },
    },
    clock,
    observe,
  );
}
