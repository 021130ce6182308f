export type OneAtOnce = {
  /** Do it soon: now, or once more when the one that runs has ended. */
  wake: () => void;
  /** Resolves when one that began no earlier than the running one has ended. */
  now: () => Promise<void>;
  /** Resolves when none runs. */
  ended: () => Promise<void>;
};

/**
 * Calls that overlap are one; what is asked for meanwhile is done once more afterwards. Once the signal has fired
 * nothing more begins by itself, and what it cut short is no fault.
 */
export function oneAtOnce(
  act: () => Promise<void>,
  { onFault, signal }: { onFault: (error: unknown) => void; signal: AbortSignal },
): OneAtOnce {
  let running: Promise<void> | null = null;
  let again = false;

  function now(): Promise<void> {
    running ??= act()
      .catch((error: unknown) => {
        if (!signal.aborted || error !== signal.reason) onFault(error);
      })
      .finally(() => {
        running = null;
        if (again) wake();
      });
    return running;
  }

  function wake(): void {
    again = running !== null;
    if (running === null && !signal.aborted) void now();
  }

  return { wake, now, ended: () => running ?? Promise.resolve() };
}
