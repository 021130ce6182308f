import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { faultsOf, loadWritten } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

describe('checkRules', () => {
  it('wants every state in a folder of its own', () => {
    const config = { folders: { todo: 'x', failed: './y/../x', done: 'z', review: 'z/sub' } };
    expect(faultsOf(() => loadWritten(directory(), config))).toEqual([
      expect.objectContaining({
        path: 'folders.failed',
        found: '"./y/../x"',
        expected: 'a folder of its own (`folders.todo` is the same)',
      }),
    ]);
  });

  it.each(['.', '..', '/'])('wants no folder that holds the root, such as %s', (todo) => {
    expect(faultsOf(() => loadWritten(directory(), { folders: { todo } }))).toEqual([
      expect.objectContaining({
        path: 'folders.todo',
        expected: 'a folder that does not hold the root itself',
      }),
    ]);
  });

  it.each(['trees', '.', 'a/../b'])('wants worktrees outside of the root, unlike %s', (path) => {
    const root = directory();
    expect(faultsOf(() => loadWritten(root, { worktree: { directory: path } }))).toEqual([
      expect.objectContaining({
        path: 'worktree.directory',
        expected: `a folder outside of the root ${root}`,
      }),
    ]);
  });

  it('only warns when they are inside because the home folder is', () => {
    const root = directory();
    const { warnings } = loadWritten(root, {}, { HOME: root });
    expect(warnings).toEqual([expect.stringContaining(`inside the root, in ${join(root, '.local')}`)]);
    expect(loadWritten(root, { worktree: { directory: '../x' } }, { HOME: root }).warnings).toEqual([]);
  });

  it('warns of a first wait that the longest wait cuts short', () => {
    expect(loadWritten(directory(), { ollama: { retryDelay: 10, maxRetryDelay: 5 } }).warnings).toEqual([
      expect.stringContaining('`ollama.retryDelay` (10) is cut to `ollama.maxRetryDelay` (5)'),
    ]);
  });

  it('warns of single hosts where every host is open', () => {
    for (const [open, why] of [
      [{ network: true }, '`sandbox.network` is on'],
      [{ mode: 'off' }, '`sandbox.mode` is off'],
    ] as const) {
      const { warnings } = loadWritten(directory(), {
        sandbox: { ...open, allowedHosts: ['a.org', '*.b.org:81', '[::1]'] },
      });
      expect(warnings).toEqual([expect.stringContaining(`no effect: ${why}`)]);
    }
  });

  it.each(['GITHUB_WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET_PREVIOUS'])(
    'S53: wants %s to be hard to guess',
    (name) => {
      for (const weak of ['development', 'x'.repeat(40), 'abababababababababab'])
        expect(faultsOf(() => loadWritten(directory(), {}, { [name]: weak }))).toEqual([
          expect.objectContaining({ path: name, expected: 'at least 16 characters that nobody can guess' }),
        ]);
      expect(loadWritten(directory(), {}, { [name]: Array.from('0123456789').join('-') }).warnings).toEqual(
        [],
      );
      const off = { webhook: { enabled: false } };
      expect(loadWritten(directory(), off, { [name]: 'development' }).warnings).toEqual([]);
    },
  );

  it('warns of a way to people whose secret is not set', () => {
    const notifications = {
      slack: {},
      email: { host: 'mail.example.org', user: 'mill', from: 'mill@example.org', to: ['a@example.org'] },
      webhook: { url: 'https://example.org/hook' },
      desktop: {},
    };
    const { warnings } = loadWritten(directory(), { notifications });
    expect(warnings).toEqual([
      expect.stringMatching(/^`notifications.slack` needs SLACK_WEBHOOK_URL .*nothing is sent to Slack\.$/),
      expect.stringMatching(/^`notifications.email.user` needs SMTP_PASSWORD /),
      expect.stringMatching(/^`notifications.webhook` needs NOTIFICATION_WEBHOOK_SECRET /),
    ]);
    const set = { SLACK_WEBHOOK_URL: 'https://x', SMTP_PASSWORD: 'y', NOTIFICATION_WEBHOOK_SECRET: 'z' };
    expect(loadWritten(directory(), { notifications }, set).warnings).toEqual([]);
  });
});
