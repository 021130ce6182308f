import type { ComponentChildren, JSX } from 'preact';
import { h } from 'preact';
import type { TicketDetail } from '../../../shapes/tickets.ts';
import { amount, plain, usd } from '../format.ts';
import { SafeLink } from '../parts/safe-link.ts';

/** What of a ticket can be said in a word each. */
export function Facts({ report }: { report: TicketDetail }): JSX.Element {
  const { spent, model, attempts, retries, branch, base, pullRequest, text, file } = report;
  const rows: [name: string, value: ComponentChildren][] = [
    ['Pull request', pullRequest === null ? null : h(PullRequest, { pullRequest })],
    ['Model', model === null ? null : plain(model)],
    ['Cost', `${usd(spent.usd)} · ${amount(spent.input)} read, ${amount(spent.output)} written`],
    ['Requests', spent.requests],
    ['Attempts', retries === 0 ? attempts : `${attempts}, brought back ${retries} ×`],
    ['Branch', branch === null ? null : h('code', null, plain(branch))],
    ['From', base === null ? null : h('code', null, `${plain(base.branch)} ${base.sha.slice(0, 8)}`)],
    ['Priority', text?.priority == null ? null : plain(text.priority)],
    ['Labels', joined(text?.labels)],
    ['Waits for', joined(text?.dependencies)],
    ['References', h(References, { references: text?.references ?? [] })],
    ['File', h('code', null, plain(file))],
  ];
  return h(
    'aside',
    { class: 'facts', 'aria-label': 'Facts' },
    h(
      'dl',
      null,
      rows
        .filter(([, value]) => value !== null)
        .map(([name, value]) => h('div', { key: name }, h('dt', null, name), h('dd', null, value))),
    ),
  );
}

function PullRequest({
  pullRequest,
}: {
  pullRequest: NonNullable<TicketDetail['pullRequest']>;
}): JSX.Element {
  const { number, url, state } = pullRequest;
  return h('span', null, h(SafeLink, { url, text: `#${number}` }), ` ${state}`);
}

function References({ references }: { references: readonly string[] }): JSX.Element {
  if (references.length === 0) return h('span', { class: 'muted' }, 'none');
  return h(
    'span',
    null,
    references.map((url) => h('span', { key: url, class: 'reference' }, h(SafeLink, { url, text: url }))),
  );
}

function joined(texts: readonly string[] | undefined): string | null {
  return texts === undefined || texts.length === 0 ? null : plain(texts.join(', '));
}
