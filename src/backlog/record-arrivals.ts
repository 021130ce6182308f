export type Arrivals = {
  /** A raw event: `rename` when a name appears or goes, `change` when the file behind it is written. */
  hear: (event: string, path: string) => void;
  has: (path: string) => boolean;
  /** Once a rescan: what is older than two of them is forgotten. */
  age: () => void;
  forget: () => void;
};

/** The kernel's queue holds 16,384 events; where more came, a `change` may be missing. */
const trustedEvents = 8_192;

/** Remembers which names appeared without a write: a file moved to its name, not written under it. */
export function recordArrivals(): Arrivals {
  let recent = new Set<string>();
  let older = new Set<string>();
  let events = 0;

  function forget(): void {
    recent = new Set();
    older = new Set();
  }

  return {
    hear(event, path) {
      events += 1;
      if (events > trustedEvents) forget();
      else if (event === 'rename') recent.add(path);
      else {
        recent.delete(path);
        older.delete(path);
      }
    },
    has: (path) => recent.has(path) || older.has(path),
    age() {
      older = recent;
      recent = new Set();
      events = 0;
    },
    forget,
  };
}
