import { Failure } from '../domain/failure.ts';
import type { Deadlines } from './deadlines.ts';

/** Limits of a streamed chat, in milliseconds. */
export type TokenLimits = { timeout: number; firstTokenTimeout: number; stallTimeout: number };

/** Starts the three limits of a streamed chat with `who`; the function it returns is told of every token. */
export function watchTokens(deadlines: Deadlines, who: string, limits: TokenLimits): () => void {
  const { timeout, firstTokenTimeout, stallTimeout } = limits;
  const endless = `${who} was not done within ${seconds(timeout)} (\`ollama.timeout\`).`;
  deadlines.start(timeout, new Failure('MODEL_STALLED', endless));
  const silent = `${who} gave no first token within ${seconds(firstTokenTimeout)} (\`ollama.firstTokenTimeout\`).`;
  const first = deadlines.start(firstTokenTimeout, new Failure('MODEL_TIMEOUT', silent));
  const stalled = `${who} stopped in the middle of its answer for ${seconds(stallTimeout)} (\`ollama.stallTimeout\`).`;
  let next: ReturnType<Deadlines['start']> | null = null;
  return () => {
    first.drop();
    if (next === null) next = deadlines.start(stallTimeout, new Failure('MODEL_STALLED', stalled));
    else next.renew();
  };
}

/** Milliseconds as people say them. */
export function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
