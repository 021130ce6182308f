/** The same work, but calls that overlap are one: whoever asks meanwhile gets the answer that is on its way. */
export function joined<Result>(act: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | null = null;
  return () => {
    running ??= act().finally(() => {
      running = null;
    });
    return running;
  };
}
