import { once } from 'node:events';
import { createHmac, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import type { Notice } from '../../src/domain/notice.ts';
import { topics } from '../../src/domain/notice.ts';
import { openDesktop } from '../../src/notify/desktop.ts';
import type { EmailOptions } from '../../src/notify/email.ts';
import { openEmail } from '../../src/notify/email.ts';
import { openSlack } from '../../src/notify/slack.ts';
import { openWebhook } from '../../src/notify/webhook.ts';
import type { Letter } from '../support/letters.ts';
import { openLetterbox } from '../support/letters.ts';

const { signal } = new AbortController();
const on = topics;
const hostile: Notice = {
  topic: 'failed',
  time: '2026-01-02T10:00:00.000Z',
  ticket: { id: 'task-7', file: 'task-7 - <!channel>\r\nBcc: all@example.org.md' },
  text: 'See <https://evil.example|our page> & \u202e\u001b[31mmore',
  failure: { code: 'NO_CHANGES', hint: 'Say more.' },
};
const other: Notice = {
  topic: 'circuit',
  time: hostile.time,
  ticket: null,
  text: 'It is gone',
  failure: null,
};

describe('slack', () => {
  it('is told in words that it does not obey', async () => {
    await using box = await openLetterbox();
    const slack = openSlack({ url: `${box.url}/services/T0/B0`, on });
    await slack.send({ notices: [hostile, other], untold: 3 }, signal);
    const [letter] = box.letters;
    const body = JSON.parse(letter?.body ?? '') as { text: string };
    expect(letter?.path).toBe('/services/T0/B0');
    expect(body).toMatchObject({ unfurl_links: false });
    expect(body.text.split('\n')).toEqual([
      '*ticketmill: 1 failed, 1 model server, 3 more*',
      '• failed: task-7 - &lt;!channel&gt; Bcc: all@example.org: See &lt;https://evil.example|our page&gt; &amp; ⟦U+202E⟧more (NO_CHANGES) Say more.',
      '• model server: It is gone',
      '• and 3 more',
    ]);
  });

  it.each([404, 302, 500])('has not taken what it answers with %s', async (status) => {
    await using box = await openLetterbox(() => status);
    const sent = openSlack({ url: box.url, on }).send({ notices: [other], untold: 0 }, signal);
    await expect(sent).rejects.toThrow(`Slack answered ${status}`);
    expect(box.letters).toHaveLength(1);
  });

  it('does not tell its address, which is a secret, when it is not there', async () => {
    const sent = openSlack({ url: 'http://127.0.0.1:1/services/x', on });
    const failed = sent.send({ notices: [other], untold: 0 }, signal);
    await expect(failed).rejects.toThrow(/^Slack does not answer: (?!.*services)/);
  });
});

describe('a webhook', () => {
  const nothing: Letter = { path: '', headers: {}, body: '' };
  const options = { on, newId: () => 'msg_1', now: () => new Date('2026-01-02T10:00:00Z') };

  it.each([
    ['plain', (key: Buffer) => key.toString('hex'), (secret: string) => secret],
    [
      'of a standard webhook',
      (key: Buffer) => `whsec_${key.toString('base64')}`,
      (secret: string) => Buffer.from(secret.slice(6), 'base64'),
    ],
  ])('is signed with a secret that is %s', async (_kind, write, read) => {
    await using box = await openLetterbox();
    const secret = write(randomBytes(24));
    const webhook = openWebhook({ ...options, url: `${box.url}/in`, secret });
    await webhook.send({ notices: [hostile], untold: 0 }, signal);
    const [{ headers, body } = nothing] = box.letters;
    const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const expected = createHmac('sha256', read(secret)).update(content).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(headers['webhook-timestamp']).toBe('1767348000');
    expect(JSON.parse(body)).toMatchObject({
      type: 'ticketmill.notices',
      data: { notices: [{ topic: 'failed', ticket: { id: 'task-7' } }], untold: 0 },
    });
  });

  it('is not signed without a secret', async () => {
    await using box = await openLetterbox();
    const webhook = openWebhook({ ...options, url: box.url, secret: null });
    await webhook.send({ notices: [other], untold: 0 }, signal);
    expect(box.letters[0]?.headers).not.toHaveProperty('webhook-signature');
  });
});

describe('e-mail', () => {
  it('is handed to the server with a login, and no text becomes a header', async () => {
    const password = randomBytes(9).toString('hex');
    const mails: { to: string[]; text: string; login: string }[] = [];
    let login = '';
    const server = new SMTPServer({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth({ username, password: given }, _session, done) {
        login = username ?? '';
        if (given === password) done(null, { user: login });
        else done(new Error('wrong password'));
      },
      onData(stream, { envelope }, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const to = envelope.rcptTo.map(({ address }) => address);
          mails.push({ to, text: Buffer.concat(chunks).toString('utf8'), login });
          done();
        });
      },
    });
    // A client that gives up in the middle is nothing to speak of.
    server.on('error', () => undefined);
    const listening = server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const options: EmailOptions = {
      on,
      host: '127.0.0.1',
      port: (listening.address() as AddressInfo).port,
      encryption: 'none',
      user: 'mill',
      password,
      from: 'Mill <mill@example.org>',
      to: ['a@example.org', 'b@example.org'],
    };
    try {
      await openEmail(options).send({ notices: [hostile], untold: 0 }, signal);
      const [mail] = mails;
      expect(mail).toMatchObject({ to: options.to, login: 'mill' });
      const [head = '', text = ''] = (mail?.text ?? '').split('\r\n\r\n');
      expect(head).toMatch(/^Subject: ticketmill: task-7 - <!channel> Bcc: all@example.org failed$/m);
      expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
      expect(head).not.toMatch(/^Bcc:/im);
      expect(text).toMatch(/Say more\./);

      const wrong = openEmail({ ...options, password: 'x' }).send({ notices: [other], untold: 0 }, signal);
      await expect(wrong).rejects.toThrow(/^The mail server 127\.0\.0\.1 did not take it: .*wrong password/);
      const open = openEmail({ ...options, encryption: 'starttls' });
      await expect(open.send({ notices: [other], untold: 0 }, signal)).rejects.toThrow(/did not take it/);
      expect(mails).toHaveLength(1);
    } finally {
      await new Promise<void>((resolve) => server.close(resolve));
    }
  }, 30_000);
});

describe('the desktop', () => {
  const batch = { notices: [hostile], untold: 0 };
  const ran: string[][] = [];
  const run = (exitCode: number | null) => (argv: string[]) => {
    ran.push(argv);
    return Promise.resolve(exitCode);
  };

  it('is given the texts as arguments, never as a script', async () => {
    await openDesktop({ on, platform: 'linux', run: run(0) }).send(batch, signal);
    await openDesktop({ on, platform: 'darwin', run: run(0) }).send(batch, signal);
    const [linux, mac] = ran;
    expect(linux?.slice(0, 3)).toEqual(['notify-send', '--app-name=ticketmill', '--']);
    expect(linux?.[4]).toContain('&lt;!channel&gt;');
    expect(mac?.[2]).not.toContain('task-7');
    expect(mac?.[3]).toMatch(/^ticketmill: task-7/);
  });

  it('of Windows is given a script that no text can be a part of', async () => {
    const quoting: Notice = { ...other, text: `'); Remove-Item x; (' $(calc) "\u2019` };
    await openDesktop({ on, platform: 'win32', run: run(0) }).send({ notices: [quoting], untold: 0 }, signal);
    const [script = '', ...argv] = (ran.at(-1) ?? []).toReversed();
    expect(argv.toReversed()).toEqual(['powershell.exe', '-NoProfile', '-NonInteractive', '-EncodedCommand']);
    expect(script).toMatch(/^[A-Za-z0-9+/=]+$/);
    const code = Buffer.from(script, 'base64').toString('utf16le');
    expect(code).not.toMatch(/Remove-Item|calc/);
    const texts = [...code.matchAll(/FromBase64String\('([A-Za-z0-9+/=]+)'\)/g)].map(([, text = '']) =>
      Buffer.from(text, 'base64').toString('utf8'),
    );
    expect(texts[0]).toMatch(/^ticketmill: /);
    expect(texts[1]).toContain('Remove-Item x');
  });

  it('says when there is none', async () => {
    const nowhere = openDesktop({ on, platform: 'aix', run: run(0) });
    await expect(nowhere.send(batch, signal)).rejects.toThrow('no command for desktop notifications on aix');
    const missing = openDesktop({ on, platform: 'linux', run: run(127) });
    await expect(missing.send(batch, signal)).rejects.toThrow('notify-send ended with 127');
    const killed = openDesktop({ on, platform: 'linux', run: run(null) });
    await expect(killed.send(batch, signal)).rejects.toThrow('notify-send ended with no exit code');
  });
});
