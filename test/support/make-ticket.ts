import type { Candidate } from '../../src/domain/admission.ts';
import { summarise } from '../../src/domain/ticket-summary.ts';
import type { Ticket } from '../../src/domain/ticket.ts';

/** A ticket of which only what a test cares about differs from the emptiest one. */
export function makeTicket(different: Partial<Ticket> = {}): Ticket {
  return {
    id: '',
    title: '',
    status: '',
    assignee: [],
    createdDate: '',
    labels: [],
    dependencies: [],
    references: [],
    documentation: [],
    modifiedFiles: [],
    rawContent: '',
    acceptanceCriteriaItems: [],
    definitionOfDoneItems: [],
    comments: [],
    brief: '',
    wishes: { suggestedModels: [] },
    ...different,
  };
}

/** A settled candidate with that id, in a file named after it. */
export function makeCandidate(
  id: string,
  ticket: Partial<Ticket> = {},
  different: Partial<Candidate> = {},
): Candidate {
  const file = `${id}.md`;
  const summary = summarise(makeTicket({ id, ...ticket }), { file, sha256: '' });
  return { file, id, ticket: summary, problem: null, settled: true, waitSeconds: 0, ...different };
}
