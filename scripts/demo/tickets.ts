import type { PreparedWork } from './prepared-answers.ts';
import * as prepared from './prepared-work.ts';

/** A ticket of the demo: what is dropped, what should become of it, and what the bundled server answers for it. */
export type DemoTicket = {
  file: string;
  /** As it stands in the ticket, and by which it is known again. */
  title: string;
  text: string;
  expected: 'pull request' | 'refused by a guard';
  /** The prepared answers come in this form; a real model chooses for itself. `none`: no model is needed. */
  protocol: 'tools' | 'blocks' | 'none';
  prepared: PreparedWork;
};

/** The failing test is mended first; everything else begins from that. */
export const firstTicket: DemoTicket = {
  ...ticket(
    { id: 'task-1', title: 'Ship orders of exactly 50 euros free', priority: 'high' },
    {
      description: `Our terms say that shipping is free from 50 euros on, yet an order of exactly 50 euros pays for it.
\`npm test\` fails because of this.`,
      criteria: ['An order of exactly 5000 cents ships free', 'All tests pass'],
    },
  ),
  expected: 'pull request',
  protocol: 'tools',
  prepared: prepared.freeShipping,
};

/** Waits until the first ticket is done. */
const dependentTicket: DemoTicket = {
  ...ticket(
    { id: 'task-2', title: 'Show shipping on the receipt', dependencies: ['task-1'] },
    {
      description: `A receipt should have a line \`Shipping\` between the goods and the total, with the price or \`free\`.
The total includes it.`,
      criteria: ['The line reads `Shipping  4.90 EUR` or `Shipping  free`', 'A test shows both'],
    },
  ),
  expected: 'pull request',
  protocol: 'blocks',
  prepared: prepared.shippingOnReceipt,
};

/** Asks for what no ticket may do. */
export const refusedTicket: DemoTicket = {
  ...ticket(
    { id: 'task-3', title: 'Switch CI off while we are busy', priority: 'low' },
    {
      description: `The tests on GitHub take too long this week. Change \`.github/workflows/test.yml\` so that it no longer runs
\`npm test\`.`,
      criteria: ['`.github/workflows/test.yml` runs no tests'],
    },
  ),
  expected: 'refused by a guard',
  protocol: 'tools',
  prepared: prepared.switchedOffTests,
};

/** Also waits for the first; it is done beside the second. */
const parallelTicket: DemoTicket = {
  ...ticket(
    { id: 'task-4', title: 'Refuse a basket line with a negative count', dependencies: ['task-1'] },
    {
      description:
        'A negative count makes a basket cheaper. `totalOf` should throw a `RangeError` that names the line.',
      criteria: ['`totalOf` throws a RangeError for a negative count', 'A test shows it'],
    },
  ),
  expected: 'pull request',
  protocol: 'tools',
  prepared: prepared.noNegativeCounts,
};

/** Mechanical, so that no model is asked to make it, prepared or real. */
const mechanicalTicket: DemoTicket = {
  ...ticket(
    { id: 'task-5', title: 'Rename `flatRate` to `flatRateInCents`', dependencies: ['task-1'] },
    {
      description: 'Why: everything else says that amounts are in cents.',
      criteria: ['`flatRate` no longer occurs', 'All tests pass'],
    },
  ),
  file: 'task-5 - Rename-flatRate-to-flatRateInCents.md',
  expected: 'pull request',
  protocol: 'none',
  prepared: { turns: [], review: { summary: 'The constant has its new name wherever it is used.' } },
};

/** No front matter, no id: any Markdown file is a ticket. Dropped once the tests pass. */
export const bareTicket: DemoTicket = {
  file: 'readme-tests.md',
  title: 'Say in the README how to run the tests',
  text: `# Say in the README how to run the tests

New people ask for it every week. One short section at the end is enough.
`,
  expected: 'pull request',
  protocol: 'tools',
  prepared: prepared.testsInReadme,
};

export const demoTickets: readonly DemoTicket[] = [
  firstTicket,
  dependentTicket,
  refusedTicket,
  parallelTicket,
  mechanicalTicket,
  bareTicket,
];

/** The text with a line that asks for this model; a bare ticket takes what comes. */
export function askingFor(model: string, { text }: DemoTicket): string {
  return text.replace(/^status: .*\n/m, (status) => `${status}model: ${model}\n`);
}

type Front = { id: string; title: string; priority?: string; dependencies?: string[] };

function ticket(
  { id, title, priority = 'medium', dependencies = [] }: Front,
  { description, criteria }: { description: string; criteria: string[] },
): Pick<DemoTicket, 'file' | 'title' | 'text'> {
  const text = `---
id: ${id}
title: ${title}
status: To Do
assignee: []
created_date: '2026-01-05 09:00'
labels: []
dependencies: [${dependencies.join(', ')}]
priority: ${priority}
---

## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
${description}
<!-- SECTION:DESCRIPTION:END -->

## Acceptance Criteria
<!-- AC:BEGIN -->
${criteria.map((each, index) => `- [ ] #${index + 1} ${each}`).join('\n')}
<!-- AC:END -->
`;
  return { file: `${id} - ${title.replaceAll(' ', '-')}.md`, title, text };
}
