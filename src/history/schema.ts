/** Each entry brings the history one version on. Never change one that was released; add another. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    type TEXT NOT NULL,
    key TEXT,
    task TEXT,
    payload TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_key ON events (key, seq);
  CREATE INDEX events_by_task ON events (task, seq);

  CREATE TABLE runs (
    run TEXT PRIMARY KEY,
    time TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT,
    error_type TEXT,
    model TEXT,
    elapsed_ms REAL NOT NULL
  ) STRICT;

  CREATE TABLE model_calls (
    seq INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    key TEXT NOT NULL,
    model TEXT NOT NULL,
    outcome TEXT NOT NULL,
    elapsed_ms REAL NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    usd REAL NOT NULL
  ) STRICT;
  CREATE INDEX model_calls_by_latency ON model_calls (model, elapsed_ms, input, output, usd);
  `,
  `
  CREATE TABLE routes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL UNIQUE,
    time TEXT NOT NULL,
    category TEXT NOT NULL,
    complexity TEXT NOT NULL,
    found_by TEXT NOT NULL,
    labels TEXT NOT NULL
  ) STRICT;

  CREATE TABLE given_up (
    seq INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    run TEXT NOT NULL,
    model TEXT NOT NULL,
    code TEXT NOT NULL
  ) STRICT;
  `,
];
