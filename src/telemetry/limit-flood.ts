export type FloodVerdict = {
  pass: boolean;
  /** Lines held back since the last one that passed. */ suppressed: number;
};

export type FloodLimit = {
  admit(source: string, now: number): FloodVerdict;
  /** What is still untold, by source; empties itself. */
  drain(): { source: string; suppressed: number }[];
};

/** Lets `perSecond` lines of each source through and counts the others. `now` is milliseconds, forward only. */
export function limitFlood(perSecond: number): FloodLimit {
  const windows = new Map<string, { start: number; passed: number; suppressed: number }>();

  return {
    admit(source, now) {
      const window = windows.get(source);
      if (window === undefined || now - window.start >= 1000) {
        windows.set(source, { start: now, passed: 1, suppressed: 0 });
        return { pass: true, suppressed: window?.suppressed ?? 0 };
      }
      if (window.passed < perSecond) {
        window.passed += 1;
        return { pass: true, suppressed: 0 };
      }
      window.suppressed += 1;
      return { pass: false, suppressed: 0 };
    },
    drain() {
      const untold = [...windows]
        .map(([source, { suppressed }]) => ({ source, suppressed }))
        .filter(({ suppressed }) => suppressed > 0);
      windows.clear();
      return untold;
    },
  };
}
