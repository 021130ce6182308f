import type { ModelFacts } from '../domain/chat.ts';
import type { Clock } from '../ports.ts';
import { ollamaId } from './ollama-name.ts';

/** Ids of models, as of `list`. */
export type ShelfChange = { added: string[]; removed: string[]; updated: string[] };

/** What one server has to offer, as it was last seen. */
export type Shelf = {
  list(): readonly ModelFacts[];
  /** Null while the server was never asked. */
  has(name: string): boolean | null;
  /** What tells a model's weights from others; null where the server does not say, or does not have it. */
  digest(name: string): string | null;
  /** Takes a new list; null when nothing is different, and for the first one. */
  replace(models: readonly ModelFacts[]): ShelfChange | null;
  /** What is known of a model, asked anew when it has grown old: it may be pulled again under the same name. */
  facts(name: string, ask: () => Promise<ModelFacts>): Promise<ModelFacts>;
  forget(name: string): void;
};

const factsLast = 60_000;

export function openShelf(clock: Pick<Clock, 'monotonic'>): Shelf {
  let models: readonly ModelFacts[] | null = null;
  const known = new Map<string, { facts: ModelFacts; at: number }>();
  return {
    list: () => models ?? [],
    has: (name) => models && models.some(({ id }) => isSame(id, ollamaId(name))),
    digest: (name) => models?.find(({ id }) => isSame(id, ollamaId(name)))?.digest ?? null,
    replace(next) {
      const change = models === null ? null : compare(models, next);
      models = next;
      if (change === null) return null;
      for (const name of known.keys())
        if ([...change.removed, ...change.updated].some((id) => isSame(id, ollamaId(name))))
          known.delete(name);
      return change;
    },
    async facts(name, ask) {
      const old = known.get(name);
      if (old !== undefined && clock.monotonic() - old.at < factsLast) return old.facts;
      const facts = await ask();
      known.set(name, { facts, at: clock.monotonic() });
      return facts;
    },
    forget: (name) => void known.delete(name),
  };
}

function compare(before: readonly ModelFacts[], after: readonly ModelFacts[]): ShelfChange | null {
  const digests = new Map(before.map(({ id, digest }) => [id, digest]));
  const left = new Set(after.map(({ id }) => id));
  const change = {
    added: after.filter(({ id }) => !digests.has(id)).map(({ id }) => id),
    removed: before.filter(({ id }) => !left.has(id)).map(({ id }) => id),
    updated: after
      .filter(({ id, digest }) => digests.has(id) && digests.get(id) !== digest)
      .map(({ id }) => id),
  };
  return Object.values(change).some((ids) => ids.length > 0) ? change : null;
}

/** `coder` is `coder:latest`, and the server does not tell letters by their case. */
function isSame(a: string, b: string): boolean {
  return withTag(a) === withTag(b);
}

function withTag(id: string): string {
  const lower = id.toLowerCase();
  return lower.slice(lower.lastIndexOf('/')).includes(':') ? lower : `${lower}:latest`;
}
