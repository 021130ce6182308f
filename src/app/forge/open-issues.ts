import { join } from 'node:path';
import { writeTicket } from '../../backlog/write-ticket.ts';
import type { TicketDraft } from '../../backlog/write-ticket.ts';
import type { ForgeIssue } from '../../domain/forge.ts';
import { cut, joinLines } from '../../domain/untrusted.ts';
import { writeNew } from '../../files/write-new.ts';
import { stamp } from '../../pipeline/story.ts';
import { changedSince, issueId, takeIssue } from '../../pipeline/take-issue.ts';
import type { ForgePeople } from '../../ports.ts';
import type { Rooms } from '../open-rooms.ts';

export type Issues = {
  /** Makes a ticket of an issue, as it was when `labelledBy` gave the label. */
  take: (issue: ForgeIssue, labelledBy: string) => Promise<void>;
  /** Asks the forge for labelled issues, whose deliveries may never have come. */
  lookForLabelled: () => Promise<void>;
};

export type IssuesOptions = {
  /** Name of the configured repository; null for the root's own. */
  repo: string | null;
  people: ForgePeople;
  /** Why nothing from outside is taken on this machine; null when it is. */
  refusal: string | null;
  wake: () => void;
  tellOnce: (message: string) => void;
};

/** Issues of one repository as tickets. */
export function openIssues(rooms: Rooms, options: IssuesOptions): Issues {
  const { repo, people, refusal, wake, tellOnce } = options;
  const { store } = rooms.story;
  const { triggerLabel } = rooms.loaded.config.webhook;
  const write = (issue: ForgeIssue) => writeIssue(rooms, issue, repo);
  const nameOf = ({ number }: ForgeIssue): string =>
    repo === null ? `Issue ${number}` : `Issue ${number} of ${repo}`;

  async function take(issue: ForgeIssue, labelledBy: string): Promise<void> {
    const why = await takeIssue(issue, labelledBy, {
      repo,
      store,
      mayWrite: people.mayWrite,
      refusal,
      write,
    });
    if (why === null) wake();
    else tellOnce(`${nameOf(issue)} is no ticket: ${why}.`);
  }

  return {
    take,
    async lookForLabelled() {
      for (const issue of await people.labelled(triggerLabel)) {
        if (await store.isTaken(issueId(issue.number, repo))) continue;
        const given = await people.whoLabelled(issue.number, triggerLabel);
        if (given === null) continue;
        if (!changedSince(issue, given.at)) await take(issue, given.by);
        else
          tellOnce(`${nameOf(issue)} changed after it was labelled: take the label away and give it again.`);
      }
    },
  };
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
  const text = writeTicket(issueDraft(issue, repo), {
    id: issueId(issue.number, repo),
    createdDate: stamp(clock),
  });
  return writeNew(join(paths.folders.todo, issueFile(issue.number, repo)), text);
}

/** Priorities are labels on a forge; the others stay there. */
export function issueDraft(
  { title, body, labels, number, url }: ForgeIssue,
  repo: string | null,
): TicketDraft {
  const priority = labels
    .map((label) => /^(?:priority[:/ ]*)?(high|medium|low)$/i.exec(label)?.[1])
    .find((each) => each !== undefined);
  return {
    title: cut(joinLines(title), 200).trim() || `Issue ${number}`,
    description: body,
    references: [url],
    ...(repo === null ? {} : { repo }),
    ...(priority === undefined ? {} : { priority: priority.toLowerCase() }),
  };
}
