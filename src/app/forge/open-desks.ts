import { openPeople } from '../../forge/people.ts';
import type { ForgePeople } from '../../ports.ts';
import { createSandbox } from '../../workspace/sandbox.ts';
import type { Hosted, OpenedForge } from './open-forge.ts';
import { openIssues } from './open-issues.ts';
import type { Issues } from './open-issues.ts';
import type { RoomOptions, Rooms } from '../open-rooms.ts';

/** Where people are heard about one repository of a forge with a server. */
export type Desk = {
  /** The configured repository whose issues and commands these are; null for the root's own. */
  repo: string | null;
  /** All the configured repositories that lie there: there may be one for each of several base branches. */
  names: ReadonlySet<string | null>;
  hosted: Hosted;
  outage: OpenedForge['outage'];
  people: ForgePeople;
  issues: Issues;
};

export type DeskOptions = {
  env: RoomOptions['env'];
  wake: () => void;
  tellOnce: (message: string) => void;
};

/** One desk for each repository on a forge, the root's own first; none for those without a server. */
export async function openDesks(rooms: Rooms, { env, wake, tellOnce }: DeskOptions): Promise<Desk[]> {
  const refusal = await outsideRefusal(rooms, env);
  return placesOf(rooms).map(({ names, hosted, outage }) => {
    const [repo = null] = names;
    const people = openPeople({ ...hosted, clock: rooms.clock });
    const issues = openIssues(rooms, { repo, people, refusal, wake, tellOnce });
    return { repo, names, hosted, outage, people, issues };
  });
}

type Located = { names: Set<string | null>; hosted: Hosted; outage: OpenedForge['outage'] };

function placesOf({ forge, elsewhere }: Rooms): Located[] {
  const located = new Map<string, Located>();
  const others = [...elsewhere].map(([name, each]) => [name, each.forge] as const);
  for (const [name, { hosted, outage }] of [[null, forge] as const, ...others]) {
    if (hosted === null) continue;
    const { baseUrl, place } = hosted;
    const where = `${baseUrl} ${place.owner}/${place.repo}`.toLowerCase();
    const there = located.get(where);
    if (there === undefined) located.set(where, { names: new Set([name]), hosted, outage });
    else there.names.add(name);
  }
  return [...located.values()];
}

/** Texts from outside are carried out behind walls, or not at all, unless the walls were taken away on purpose. */
async function outsideRefusal({ loaded }: Rooms, env: RoomOptions['env']): Promise<string | null> {
  const { agent, sandbox } = loaded.config;
  if (agent.ownLogin)
    return '`agent.ownLogin` lends your own login to the agent, which no ticket from outside may use';
  if (sandbox.mode === 'off') return null;
  const place = { path: env['PATH'] ?? '', userHome: env['HOME'] ?? '/', warn: () => undefined };
  const { kind } = await createSandbox({ mode: 'auto', ...place });
  return kind === 'none' ? 'there is no sandbox on this machine, and tickets from outside need one' : null;
}
