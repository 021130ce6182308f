import type { Config } from '../config/schema.ts';
import { createOllama } from '../models/ollama.ts';
import type { OllamaProvider } from '../models/ollama.ts';
import type { Clock } from '../ports.ts';

const healthTimeout = 5000;

/** The configured model servers. Connects to nothing yet; close it when done. */
export function openOllama({ ollama }: Config, clock: Clock): OllamaProvider {
  const { hosts, contextLength, keepAlive, timeout, firstTokenTimeout, stallTimeout, parallel } = ollama;
  return createOllama(
    { hosts, contextLength, keepAlive, timeout, firstTokenTimeout, stallTimeout, healthTimeout, parallel },
    clock,
  );
}
