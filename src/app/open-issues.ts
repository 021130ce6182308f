import { join } from 'node:path';
import { writeTicket } from '../backlog/write-ticket.ts';
import type { ForgeIssue } from '../domain/forge.ts';
import { cut, joinLines } from '../domain/untrusted.ts';
import { writeNew } from '../files/write-new.ts';
import { stamp } from '../pipeline/story.ts';
import { changedSince, isOfIssue, issueId, takeIssue } from '../pipeline/take-issue.ts';
import type { ForgePeople } from '../ports.ts';
import { createSandbox } from '../workspace/sandbox.ts';
import type { RoomOptions, Rooms } from './open-rooms.ts';

export type Issues = {
  /** Makes a ticket of an issue, as it was when `labelledBy` gave the label. */
  take: (issue: ForgeIssue, labelledBy: string) => Promise<void>;
  /** Asks the forge for labelled issues, whose deliveries may never have come. */
  lookForLabelled: () => Promise<void>;
};

export type IssuesOptions = {
  people: ForgePeople;
  env: RoomOptions['env'];
  wake: () => void;
  tellOnce: (message: string) => void;
};

/** Issues as tickets. */
export async function openIssues(rooms: Rooms, options: IssuesOptions): Promise<Issues> {
  const { people, wake, tellOnce } = options;
  const { store } = rooms.story;
  const { triggerLabel } = rooms.loaded.config.webhook;
  const refusal = await outsideRefusal(rooms, options);
  const write = (issue: ForgeIssue) => writeIssue(rooms, issue);

  async function take(issue: ForgeIssue, labelledBy: string): Promise<void> {
    const why = await takeIssue(issue, labelledBy, { store, mayWrite: people.mayWrite, refusal, write });
    if (why === null) wake();
    else tellOnce(`Issue ${issue.number} is no ticket: ${why}.`);
  }

  return {
    take,
    async lookForLabelled() {
      for (const { issue, labelledBy, labelledAt } of await people.labelled(triggerLabel)) {
        if (!changedSince(issue, labelledAt)) await take(issue, labelledBy);
        else if (!(await isKnown(rooms, issue)))
          tellOnce(
            `Issue ${issue.number} changed after it was labelled: take the label away and give it again.`,
          );
      }
    },
  };
}

/** Texts from outside are carried out behind walls, or not at all, unless the walls were taken away on purpose. */
async function outsideRefusal({ loaded }: Rooms, { env }: IssuesOptions): Promise<string | null> {
  const { agent, sandbox } = loaded.config;
  if (agent.ownLogin)
    return '`agent.ownLogin` lends your own login to the agent, which no ticket from outside may use';
  if (sandbox.mode === 'off') return null;
  const place = { path: env['PATH'] ?? '', userHome: env['HOME'] ?? '/', warn: () => undefined };
  const { kind } = await createSandbox({ mode: 'auto', ...place });
  return kind === 'none' ? 'there is no sandbox on this machine, and tickets from outside need one' : null;
}

async function isKnown({ story }: Rooms, { number }: ForgeIssue): Promise<boolean> {
  return (await story.store.index()).some((listed) => isOfIssue(listed, number));
}

/** Comes from the number alone, so that the same issue is the same file. */
export function issueFile(number: number, repo: string | null = null): string {
  return `${issueId(number, repo).toLowerCase()}.md`;
}

/** False when it is there already. `repo`: of which configured repository; null: of the root's own. */
export function writeIssue(
  { paths, clock }: Pick<Rooms, 'paths' | 'clock'>,
  issue: ForgeIssue,
  repo: string | null = null,
): Promise<boolean> {
  const draft = { ...draftOf(issue), ...(repo === null ? {} : { repo }) };
  const text = writeTicket(draft, { id: issueId(issue.number, repo), createdDate: stamp(clock) });
  return writeNew(join(paths.folders.todo, issueFile(issue.number, repo)), text);
}

/** Priorities are labels on a forge; the others stay there. */
function draftOf({ title, body, labels, number, url }: ForgeIssue) {
  const priority = labels
    .map((label) => /^(?:priority[:/ ]*)?(high|medium|low)$/i.exec(label)?.[1])
    .find((each) => each !== undefined);
  return {
    title: cut(joinLines(title), 200).trim() || `Issue ${number}`,
    description: body,
    references: [url],
    ...(priority === undefined ? {} : { priority: priority.toLowerCase() }),
  };
}
