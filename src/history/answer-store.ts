import type { CacheFigures } from '../domain/costs.ts';
import type { ChatReply } from '../domain/chat.ts';
import type { Database } from './database.ts';

export type AnswerOptions = {
  database: Database;
  now: () => Date;
  ttlSeconds: number;
  maxEntries: number;
  /** An answer that this would change holds a secret, and is not kept. */
  redact: (text: string) => string;
};

/** Answers of models, kept until they are too old or too many. Deleting its database costs time and nothing else. */
export type Answers = {
  find(key: string): ChatReply | null;
  keep(key: string, reply: ChatReply): void;
  forget(keys: readonly string[]): void;
  count(model: string, spared: ChatReply | null): void;
  figures(): CacheFigures;
  close(): void;
};

/** Each entry brings the database one version on. */
export const answerMigrations: readonly string[] = [
  `
  CREATE TABLE answers (
    key TEXT PRIMARY KEY,
    time TEXT NOT NULL,
    reply TEXT NOT NULL
  ) STRICT;
  CREATE INDEX answers_by_time ON answers (time);

  CREATE TABLE looks (
    model TEXT PRIMARY KEY,
    asked INTEGER NOT NULL,
    hits INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL
  ) STRICT;
  `,
];

/** Characters of an answer; longer ones are rare, and would push many others out of memory and disk. */
const longestAnswer = 256 * 1024;

export function openAnswers(options: AnswerOptions): Answers {
  const { database, now, redact } = options;
  const oldest = (): string => new Date(now().getTime() - options.ttlSeconds * 1000).toISOString();
  return {
    find(key) {
      const [row] = database.all('SELECT reply FROM answers WHERE key = :key AND time > :oldest', {
        key,
        oldest: oldest(),
      });
      return row === undefined ? null : (JSON.parse(String(row['reply'])) as ChatReply);
    },
    keep(key, kept) {
      const reply = JSON.stringify(kept);
      if (reply.length > longestAnswer || redact(reply) !== reply) return;
      database.transaction(() => {
        database.run('INSERT OR REPLACE INTO answers (key, time, reply) VALUES (:key, :time, :reply)', {
          key,
          time: now().toISOString(),
          reply,
        });
        prune(database, { oldest: oldest(), maxEntries: options.maxEntries });
      });
    },
    forget(keys) {
      for (const key of keys) database.run('DELETE FROM answers WHERE key = :key', { key });
    },
    count(model, spared) {
      const { input, output } = spared?.usage ?? { input: 0, output: 0 };
      database.run(
        `INSERT INTO looks (model, asked, hits, input, output) VALUES (:model, 1, :hit, :input, :output)
         ON CONFLICT (model) DO UPDATE SET asked = asked + 1, hits = hits + excluded.hits,
           input = input + excluded.input, output = output + excluded.output`,
        { model, hit: spared === null ? 0 : 1, input, output },
      );
    },
    figures: () => readFigures(database),
    close: () => database.close(),
  };
}

/** Of a cache that is switched off. */
export const noFigures: CacheFigures = {
  enabled: false,
  entries: 0,
  asked: 0,
  hits: 0,
  hitRate: 0,
  savedInput: 0,
  savedOutput: 0,
};

function readFigures(database: Database): CacheFigures {
  const [row] = database.all(
    `SELECT (SELECT count(*) FROM answers) AS entries, coalesce(sum(asked), 0) AS asked,
            coalesce(sum(hits), 0) AS hits, coalesce(sum(input), 0) AS input, coalesce(sum(output), 0) AS output
     FROM looks`,
  );
  const figure = (name: string): number => Number(row?.[name] ?? 0);
  const [asked, hits] = [figure('asked'), figure('hits')];
  return {
    enabled: true,
    entries: figure('entries'),
    asked,
    hits,
    hitRate: asked === 0 ? 0 : hits / asked,
    savedInput: figure('input'),
    savedOutput: figure('output'),
  };
}

function prune(database: Database, { oldest, maxEntries }: { oldest: string; maxEntries: number }): void {
  database.run('DELETE FROM answers WHERE time <= :oldest', { oldest });
  database.run(
    `DELETE FROM answers WHERE key IN (
       SELECT key FROM answers ORDER BY time DESC, rowid DESC LIMIT -1 OFFSET :maxEntries)`,
    { maxEntries },
  );
}
