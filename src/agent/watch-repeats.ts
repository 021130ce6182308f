import type { ToolCall } from '../domain/chat.ts';

export type Repeats = {
  /** Counts a call: `warn` from the third time on, `stop` at the fifth. */
  note(call: ToolCall): 'fine' | 'warn' | 'stop';
  /** A file changed: the same call may now have another result. */
  reset(): void;
};

export function watchRepeats(): Repeats {
  const counts = new Map<string, number>();
  return {
    note({ name, arguments: args }) {
      const key = JSON.stringify([name, Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1))]);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count >= 5 ? 'stop' : count >= 3 ? 'warn' : 'fine';
    },
    reset: () => counts.clear(),
  };
}
