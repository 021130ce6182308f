import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { isSigned, translateDelivery } from '../../src/forge/webhook.ts';
import { webhookEvents } from '../../src/domain/forge.ts';

type Examples = { name: string; examples: Record<string, unknown>[] }[];
type Payload = {
  action?: string;
  state?: string;
  repository?: { full_name: string };
  label?: { name: string };
};
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as Examples;
const rules = (repository: string) => ({ repository, triggerLabel: 'ticketmill', events: webhookEvents });
const own = { full_name: 'acme/greeter' };
const ada = { login: 'ada', type: 'User' };
const translate = (event: string, payload: object, more = {}) =>
  translateDelivery(
    event,
    { repository: own, sender: ada, ...payload },
    { ...rules('Acme/Greeter'), ...more },
  );

describe('a signature', () => {
  const body = Buffer.from('{"a":1}');
  const sign = (secret: string) => createHmac('sha256', secret).update(body).digest('hex');

  it("counts when one of the secrets made it, with GitHub's prefix and without", () => {
    for (const secret of ['old', 'new'])
      for (const text of [`sha256=${sign(secret)}`, sign(secret)])
        expect(isSigned(body, text, ['new', 'old'])).toBe(true);
  });

  it.each([
    '',
    'sha256=',
    `sha1=${sign('new')}`,
    `sha256=${sign('gone')}`,
    `sha256=${sign('new').toUpperCase()}`,
    `sha256=${sign('new')}, x`,
    sign('new').slice(1),
  ])('is refused as %s', (text) => {
    expect(isSigned(body, text, ['new'])).toBe(false);
    expect(isSigned(body, text, [])).toBe(false);
  });
});

describe('deliveries', () => {
  it('of every kind that GitHub sends are understood or left alone, and no other repository counts', () => {
    let seen = 0;
    for (const { name, examples: payloads } of examples)
      for (const payload of payloads) {
        seen += 1;
        const about = (payload['repository'] as { full_name?: string } | undefined)?.full_name ?? 'none/none';
        const read = translateDelivery(name, payload, rules(about));
        expect(read.kind === 'refused' ? `${name}: ${read.reason}` : 'answered').toBe('answered');
        if (name !== 'ping')
          expect(translateDelivery(name, payload, rules('other/other')).kind).toBe('ignored');
      }
    expect(seen).toBeGreaterThan(300);
  });

  it('of every kind that GitHub sends cause what they are about, and all others nothing', () => {
    const caused = new Map<string, string>();
    for (const { name, examples: payloads } of examples)
      for (const payload of payloads) {
        const { repository, action, state, label } = payload as Payload;
        const ownRules = {
          ...rules(repository?.full_name ?? 'none/none'),
          triggerLabel: label?.name ?? 'ticketmill',
        };
        const read = translateDelivery(name, payload, ownRules);
        if (read.kind === 'signal') caused.set(`${name} ${action ?? state ?? ''}`.trim(), read.signal.type);
      }
    expect(Object.fromEntries(caused)).toEqual({
      ping: 'ping',
      'issues labeled': 'issue-labelled',
      'pull_request closed': 'pull-request',
      'pull_request reopened': 'pull-request',
      'pull_request synchronize': 'pull-request',
      'pull_request_review submitted': 'pull-request',
      'pull_request_review dismissed': 'pull-request',
      'check_run completed': 'commit',
      'check_suite completed': 'commit',
      'status success': 'commit',
    });
  });

  const issue = {
    number: 12,
    title: 'Greet',
    body: 'Please.',
    html_url: 'https://x/12',
    updated_at: 'now',
    user: ada,
    labels: [{ name: 'ticketmill' }],
  };

  it('make a ticket of an issue by the label alone, with the text as it was then', () => {
    const labelled = translate('issues', { action: 'labeled', issue, label: { name: 'TicketMill' } });
    expect(labelled).toMatchObject({
      kind: 'signal',
      signal: { type: 'issue-labelled', sender: 'ada', issue: { number: 12, body: 'Please.', isOpen: true } },
    });
    expect(translate('issues', { action: 'label_updated', issue })).toMatchObject({ kind: 'signal' });
    for (const payload of [
      { action: 'edited', issue },
      { action: 'labeled', issue, label: { name: 'bug' } },
      { action: 'labeled', issue, label: { name: 'ticketmill' }, sender: { login: 'robot', type: 'Bot' } },
    ])
      expect(translate('issues', payload).kind).toBe('ignored');
    expect(translate('issues', { action: 'closed', issue })).toMatchObject({
      signal: { type: 'issue-closed' },
    });
  });

  it.each([
    ['/ticketmill retry', 'retry'],
    ['/ticketmill cancel \r\nplease', 'cancel'],
    ['/ticketmill approve', 'approve'],
    ['/ticketmill retry; rm -rf /', null],
    ['/ticketmill run --model=http://x', null],
    [' /ticketmill retry', null],
    ['> /ticketmill retry', null],
    ['Hello\n/ticketmill retry', null],
    ['```\n/ticketmill retry\n```', null],
  ])('take %j for the command %s', (body, command) => {
    const read = translate('issue_comment', { action: 'created', issue, comment: { body } });
    if (command === null) expect(read.kind).toBe('ignored');
    else expect(read).toMatchObject({ signal: { type: 'command', command, number: 12, sender: 'ada' } });
    expect(translate('issue_comment', { action: 'edited', issue, comment: { body } }).kind).toBe('ignored');
    const bot = { login: 'robot', type: 'Bot' };
    expect(
      translate('issue_comment', { action: 'created', issue, comment: { body }, sender: bot }).kind,
    ).toBe('ignored');
  });

  it('about pull requests and checks are hints to ask', () => {
    const pull_request = { number: 7 };
    expect(translate('pull_request', { action: 'closed', pull_request })).toMatchObject({
      signal: { type: 'pull-request', number: 7 },
    });
    expect(translate('pull_request', { action: 'labeled', pull_request }).kind).toBe('ignored');
    expect(translate('pull_request_review', { action: 'submitted', pull_request }).kind).toBe('signal');
    expect(translate('check_run', { action: 'completed', check_run: { head_sha: 'a' } })).toMatchObject({
      signal: { sha: 'a' },
    });
    expect(translate('check_suite', { action: 'requested', check_suite: { head_sha: 'a' } }).kind).toBe(
      'ignored',
    );
    expect(translate('status', { sha: 'a', state: 'failure', context: 'ci' })).toMatchObject({
      signal: { type: 'commit' },
    });
    expect(translate('status', { sha: 'a', state: 'pending', context: 'ci' }).kind).toBe('ignored');
    expect(translate('pull_request', { action: 'closed', pull_request }, { events: [] }).kind).toBe(
      'ignored',
    );
  });

  it('with the body of another event, or none of a repository, are no orders', () => {
    expect(translate('pull_request', { action: 'labeled', issue })).toMatchObject({ kind: 'refused' });
    expect(translate('issues', { repository: null })).toMatchObject({ kind: 'ignored' });
    expect(translateDelivery('issues', [], rules('acme/greeter')).kind).toBe('ignored');
  });
});
