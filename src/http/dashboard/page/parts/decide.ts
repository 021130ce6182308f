import type { JSX } from 'preact';
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DecisionName } from '../../../shapes/tickets.ts';
import type { Refusal } from '../ask.ts';
import { tell } from '../ask.ts';
import { plain } from '../format.ts';
import { toRefusal } from '../resource.ts';
import { useSession } from './session.ts';
import { told } from './told.ts';

export type Decided = { id: string; title: string };

type Words = { label: string; question: string; meaning: string; tone: 'primary' | 'danger' };

const words: Record<DecisionName, Words> = {
  retry: {
    label: 'Retry',
    question: 'Try again?',
    meaning: 'The ticket goes back to todo and is taken as soon as there is a place.',
    tone: 'primary',
  },
  cancel: {
    label: 'Cancel',
    question: 'Cancel this ticket?',
    meaning: 'Work on it ends, and the ticket moves to failed.',
    tone: 'danger',
  },
  approve: {
    label: 'Approve',
    question: 'Approve this change?',
    meaning: 'What held it is set aside: it is published as it is.',
    tone: 'primary',
  },
  reject: {
    label: 'Reject',
    question: 'Reject this change?',
    meaning: 'Its pull request is closed, and the ticket moves to failed.',
    tone: 'danger',
  },
  merge: {
    label: 'Merge',
    question: 'Merge the pull request?',
    meaning: 'The change becomes part of the base branch, and the ticket is done.',
    tone: 'primary',
  },
};

type Asked = { decision: DecisionName; tickets: readonly Decided[] };

/** The buttons for what can be decided about a ticket, or about several in one go; each asks before it acts. */
export function Decisions({
  actions,
  tickets,
  onDone,
}: {
  actions: readonly DecisionName[];
  tickets: readonly Decided[];
  onDone: () => void;
}): JSX.Element | null {
  const session = useSession();
  const [asked, setAsked] = useState<Asked | null>(null);
  if (actions.length === 0) return null;
  const [only] = tickets;
  const isOne = tickets.length === 1;
  const label = (decision: DecisionName): string =>
    isOne ? words[decision].label : `${words[decision].label} all ${tickets.length}`;
  const about = isOne ? `${only?.id ?? ''} ${only?.title ?? ''}` : 'of this group';
  return h(
    'div',
    { class: 'decisions' },
    actions.map((decision) =>
      h(
        'button',
        {
          key: decision,
          type: 'button',
          class: `button small ${words[decision].tone}`,
          disabled: !session.mayWrite,
          'aria-label': `${label(decision)}: ${plain(about)}`,
          title: session.mayWrite ? undefined : (session.how ?? undefined),
          onClick: () => setAsked({ decision, tickets }),
        },
        label(decision),
      ),
    ),
    asked === null ? null : h(Confirmation, { asked, close: () => setAsked(null), onDone }),
  );
}

function Confirmation({
  asked: { decision, tickets },
  close,
  onDone,
}: {
  asked: Asked;
  close: () => void;
  onDone: () => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [done, setDone] = useState<number | null>(null);
  const [problem, setProblem] = useState<Refusal | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const act = async (): Promise<void> => {
    setProblem(null);
    try {
      for (const [i, { id }] of tickets.entries()) {
        setDone(i);
        await tell(`/api/tickets/${encodeURIComponent(id)}/${decision}`, bodyOf(decision, reason));
      }
      close();
    } catch (error) {
      setProblem(toRefusal(error));
      setDone(null);
    }
    onDone();
  };
  const isBusy = done !== null;
  const text = words[decision];
  const label = isBusy && tickets.length > 1 ? `${done + 1} of ${tickets.length}…` : text.label;
  return h(
    'dialog',
    { ref: dialog, class: 'dialog', 'aria-labelledby': 'dialog-title', onClose: close },
    h('h2', { id: 'dialog-title' }, text.question),
    h(AboutTickets, { tickets }),
    h('p', { class: 'muted' }, text.meaning),
    decision === 'reject' ? h(Reason, { reason, setReason }) : null,
    problem === null
      ? null
      : h('p', { class: 'refused', role: 'alert' }, told([problem.message, problem.hint].join(' ').trim())),
    h(
      'div',
      { class: 'dialog-buttons' },
      h('button', { type: 'button', class: 'button', onClick: () => dialog.current?.close() }, 'Back'),
      h(
        'button',
        { type: 'button', class: `button ${text.tone} solid`, disabled: isBusy, onClick: () => void act() },
        label,
      ),
    ),
  );
}

/** Who was asked and says so means it, whatever the triage of `retry-failed` would say. */
function bodyOf(decision: DecisionName, reason: string): object {
  if (decision === 'retry') return { force: true };
  return decision === 'reject' && reason.trim() !== '' ? { reason } : {};
}

function AboutTickets({ tickets }: { tickets: readonly Decided[] }): JSX.Element {
  const [only] = tickets;
  if (tickets.length !== 1 || only === undefined) return h('p', null, `${tickets.length} tickets`);
  return h('p', null, h('code', null, plain(only.id)), ' ', h('bdi', null, plain(only.title)));
}

function Reason({ reason, setReason }: { reason: string; setReason: (text: string) => void }): JSX.Element {
  return h(
    'label',
    { class: 'field' },
    'Reason, for whoever reads the ticket (optional)',
    h('textarea', {
      rows: 3,
      maxLength: 2000,
      value: reason,
      onInput: (event: InputEvent) => setReason((event.target as HTMLTextAreaElement).value),
    }),
  );
}
