import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { toFailure } from '../../src/domain/failure.ts';
import { runCommand, type RunCommand } from '../../src/workspace/command.ts';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import { createWorkspaces, type WorkspacesOptions } from '../../src/workspace/worktree.ts';
import { makeRepository, writeFiles, type TestRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const never = new AbortController().signal;
const made: TestRepository[] = [];
const path = process.env['PATH'] ?? '/usr/bin:/bin';

afterEach(async () => {
  await Promise.all(made.splice(0).map((repository) => repository.remove()));
});

async function setUp(
  options: Parameters<typeof makeRepository>[0] = {},
  more: Partial<WorkspacesOptions> & { mode?: 'auto' | 'off'; run?: RunCommand } = {},
) {
  const user = await makeRepository(options);
  made.push(user);
  const { mode = 'off', run = runCommand, ...rest } = more;
  const repository = await openTestRepository(user, { run });
  const sandbox = await createSandbox({ mode, path, userHome: user.home, warn: () => undefined });
  const directory = join(user.home, 'worktrees');
  const common = { network: false, dependencies: 'auto' as const, copy: [], setup: [] };
  const limits = { setupTimeoutMs: 10_000, maxOutput: 50_000 };
  const workspaces = createWorkspaces({
    repository,
    sandbox,
    directory,
    path,
    ...common,
    ...limits,
    ...rest,
  });
  const open = async (key = 'abc123') => workspaces.openAt(key, await repository.base(null, never), never);
  return { user, repository, workspaces, open };
}

const command = (script: string) => ({ argv: ['sh', '-c', script], timeoutMs: 20_000 });

describe('a worktree', () => {
  it('holds the base, is captured as changed, and leaves the user’s checkout as it was', async () => {
    const { user, open } = await setUp({
      files: { 'a.txt': 'one\n', 'bin/run': { executable: '#!/bin/sh\n' } },
    });
    await writeFile(join(user.root, 'a.txt'), 'uncommitted\n');
    const before = await user.fingerprint();
    const workspace = await open();
    expect(await readFile(join(workspace.directory, 'a.txt'), 'utf8')).toBe('one\n');
    expect((await stat(join(workspace.directory, 'bin/run'))).mode & 0o111).toBe(0o111);
    expect(await workspace.capture(never)).toMatchObject({ diff: '', files: [] });
    await writeFile(join(workspace.directory, 'a.txt'), 'two\n');
    const capture = await workspace.capture(never);
    expect(capture.diff).toContain('-one\n+two\n');
    expect(await user.git('cat-file', 'blob', `${capture.tree}:a.txt`)).toBe('two');
    await workspace.close({ keep: false });
    expect(existsSync(workspace.directory)).toBe(false);
    expect(await user.git('worktree', 'list')).not.toContain('abc123');
    expect(await user.fingerprint()).toEqual(before);
  });

  it('is captured file by file: modes, links, binaries, renames, odd names, line endings', async () => {
    const files = {
      'keep.txt': 'a\r\nb\r\n',
      'old name.txt': 'same\ntext\n',
      'gone.txt': 'x\n',
      mode: 'm\n',
      'b.bin': Buffer.from([0, 1]),
    };
    const { open, user } = await setUp({ files });
    const { directory, capture } = await open();
    await rename(join(directory, 'old name.txt'), join(directory, 'ünü\t"q".txt'));
    await rm(join(directory, 'gone.txt'));
    await chmod(join(directory, 'mode'), 0o755);
    await writeFiles(directory, {
      'b.bin': Buffer.from([0, 1, 2, 0]),
      'keep.txt': 'a\r\nc\r\n',
      link: { link: '/etc/passwd' },
    });
    const { files: changed, diff, tree } = await capture(never);
    expect(changed.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      {
        path: 'b.bin',
        status: 'modified',
        oldMode: '100644',
        newMode: '100644',
        added: 0,
        removed: 0,
        binary: true,
      },
      {
        path: 'gone.txt',
        status: 'deleted',
        oldMode: '100644',
        newMode: '000000',
        added: 0,
        removed: 1,
        binary: false,
      },
      {
        path: 'keep.txt',
        status: 'modified',
        oldMode: '100644',
        newMode: '100644',
        added: 1,
        removed: 1,
        binary: false,
      },
      {
        path: 'link',
        status: 'added',
        oldMode: '000000',
        newMode: '120000',
        added: 1,
        removed: 0,
        binary: false,
      },
      {
        path: 'mode',
        status: 'modified',
        oldMode: '100644',
        newMode: '100755',
        added: 0,
        removed: 0,
        binary: false,
      },
      {
        path: 'ünü\t"q".txt',
        oldPath: 'old name.txt',
        status: 'renamed',
        oldMode: '100644',
        newMode: '100644',
        added: 0,
        removed: 0,
        binary: false,
      },
    ]);
    expect(diff).toContain('-b\r\n+c\r\n');
    expect(diff).toContain('+/etc/passwd');
    expect(await user.git('cat-file', 'blob', `${tree}:keep.txt`)).toBe('a\r\nc\r');
  });

  it('is captured whatever was done to its .git file, HEAD, index, commits and attributes', async () => {
    const { open, user } = await setUp({ files: { 'a.txt': 'one\n', 'b.txt': 'one\n' } });
    const { directory, capture, run } = await open();
    const trap = `#!/bin/sh\ntouch '${user.home}/sprung'\n`;
    await writeFile(join(directory, 'a.txt'), 'two\n');
    await run(
      command(
        'git add a.txt && git -c user.name=x -c user.email=x@x commit -qm mine && git update-index --skip-worktree b.txt && git checkout -q -b mine',
      ),
      never,
    );
    await writeFiles(directory, {
      'b.txt': 'two\n',
      '.gitattributes': '*.txt -diff binary working-tree-encoding=UTF-16\n',
    });
    await writeFiles(directory, {
      'fake/HEAD': 'ref: refs/heads/x\n',
      'fake/hooks/post-index-change': { executable: trap },
    });
    await writeFiles(directory, {
      'fake/config': `[core]\n\tfsmonitor = ${directory}/fake/hooks/post-index-change\n`,
    });
    await rm(join(directory, '.git'));
    await writeFile(join(directory, '.git'), `gitdir: ${directory}/fake\n`);
    const { files, diff } = await capture(never);
    expect(files.map((file) => file.path)).toEqual(
      expect.arrayContaining(['a.txt', 'b.txt', '.gitattributes']),
    );
    for (const path of ['a.txt', 'b.txt'])
      expect(files.find((file) => file.path === path)).toMatchObject({ added: 1, removed: 1, binary: false });
    expect(diff.match(/^-one$/gm)).toHaveLength(2);
    expect(existsSync(join(user.home, 'sprung'))).toBe(false);
  });

  it('is captured with a change of equal length made in the very second of its checkout', async () => {
    const { open } = await setUp({ files: { 'a.txt': 'one\n' } });
    await secondAfter(Date.now());
    const { directory, capture } = await open();
    await writeFile(join(directory, 'a.txt'), 'two\n');
    await secondAfter(Date.now());
    const { files } = await capture(never);
    expect(files.map((file) => file.path)).toEqual(['a.txt']);
  });

  it('keeps the base’s attributes and leaves litter and ignored files out', async () => {
    const files = {
      '.gitattributes': '*.txt text eol=crlf\n',
      'a.txt': 'one\n',
      '.gitignore': 'out/\n',
      'docs/.gitattributes': '*.md text\n',
    };
    const { open, user } = await setUp({ files });
    const { directory, capture } = await open();
    expect(await readFile(join(directory, 'a.txt'), 'utf8')).toBe('one\r\n');
    await writeFiles(directory, {
      'a.txt': 'two\r\n',
      'docs/x.md': 'm\r\n',
      'out/o.js': 'x',
      '.aider.chat.md': 'x',
      'sub/.grok/x': 'x',
    });
    const { files: changed, tree, ignored } = await capture(never);
    expect(changed.map((file) => file.path)).toEqual(['a.txt', 'docs/x.md']);
    expect(await user.git('cat-file', 'blob', `${tree}:a.txt`)).toBe('two');
    expect(await user.git('cat-file', 'blob', `${tree}:docs/x.md`)).toBe('m');
    expect(ignored).toEqual(['out/']);
  });

  it('starts afresh over whatever an earlier run left', async () => {
    const { open, user } = await setUp();
    const first = await open();
    await writeFile(join(first.directory, 'half.txt'), 'x');
    await mkdir(join(first.directory, 'locked/in'), { recursive: true });
    await chmod(join(first.directory, 'locked'), 0);
    const admin = (await readFile(join(first.directory, '.git'), 'utf8')).replace('gitdir: ', '').trim();
    await writeFile(join(admin, 'index.lock'), '');
    await writeFile(join(admin, 'HEAD.lock'), '');
    await user.git('worktree', 'add', '-q', '--detach', join(user.home, 'theirs'));
    await rm(join(user.home, 'theirs'), { recursive: true });
    const second = await open();
    expect(existsSync(join(second.directory, 'half.txt'))).toBe(false);
    expect((await user.git('worktree', 'list')).split('\n')).toHaveLength(3);
  });

  it('is swept when nothing is in it, and kept when it is alive or holds work', async () => {
    const { open, workspaces } = await setUp();
    const [clean, dirty, live] = [await open('clean'), await open('dirty'), await open('live')];
    await writeFile(join(dirty.directory, 'work.txt'), 'x');
    expect(await workspaces.sweep(new Set(['live']))).toEqual(['dirty']);
    expect([clean, dirty, live].map((workspace) => existsSync(workspace.directory))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('is swept at any point of its making, whatever locks were left, and a packed ref with it', async () => {
    const { open, workspaces, user } = await setUp();
    const [torn, unfinished] = [await open('torn'), await open('unfinished')];
    for (const { directory, capture } of [torn, unfinished]) {
      await writeFile(join(directory, 'work.txt'), 'x');
      await capture(never);
    }
    await workspaces.idle();
    await writeFile(join(torn.directory, '../workspace.json'), '{ "key": "to');
    await rm(join(unfinished.directory, '../workspace.json'));
    const admin = (await readFile(join(unfinished.directory, '.git'), 'utf8')).replace('gitdir: ', '').trim();
    await writeFile(join(admin, 'gitdir'), '');
    await user.git('pack-refs', '--all');
    const lock = join(user.root, '.git/refs/ticketmill/tree/torn.lock');
    await mkdir(dirname(lock), { recursive: true });
    await writeFile(lock, '');
    expect(await workspaces.sweep(new Set())).toEqual([]);
    expect([torn, unfinished].map(({ directory }) => existsSync(directory))).toEqual([false, false]);
    expect((await user.git('worktree', 'list')).split('\n')).toHaveLength(1);
    expect(await user.git('for-each-ref', 'refs/ticketmill/tree/')).toBe('');
    expect(existsSync(lock)).toBe(false);
  });

  it.each([
    ['SIGKILL', 'MACHINE_EXHAUSTED', 'git write-tree was killed, as the system does when memory runs out.'],
    ['SIGSEGV', 'GIT_FAILED', 'git write-tree failed: it was ended by SIGSEGV.'],
  ])('tells what ended git when it was %s', async (name, code, message) => {
    const run: RunCommand = (request, signal) => {
      const isIt = request.argv.includes('write-tree');
      return runCommand(
        isIt ? { ...request, argv: ['sh', '-c', `kill -${name.slice(3)} $$`] } : request,
        signal,
      );
    };
    const { open } = await setUp({}, { run });
    const { capture, close } = await open();
    await expect(capture(never)).rejects.toMatchObject({ code, message });
    await close({ keep: false });
  });

  it.each([
    ['once', 1, null],
    ['all the time', 99, 'GIT_FAILED'],
  ])(
    'is told again to write when a user who tidies up took the folder of an object away %s',
    async (_often, times, code) => {
      let left = times;
      const away = 'echo "error: unable to create temporary file: No such file or directory" >&2; exit 128';
      const run: RunCommand = (request, signal) => {
        const isIt = request.argv.includes('write-tree') && left-- > 0;
        return runCommand(isIt ? { ...request, argv: ['sh', '-c', away] } : request, signal);
      };
      const { open } = await setUp({}, { run });
      const { capture, close } = await open();
      const ended = await capture(never).then(
        () => null,
        (error: unknown) => toFailure(error).code,
      );
      expect(ended).toBe(code);
      await close({ keep: false });
    },
  );

  it('is not taken for gone while it is being made, whoever prunes', async () => {
    const added = Promise.withResolvers<unknown>();
    const prune: RunCommand = async (request, signal) => {
      if (request.argv.includes('read-tree')) await added.promise;
      const ran = await runCommand(request, signal);
      if (request.argv.includes('worktree')) added.resolve(undefined);
      if (!request.argv.includes('read-tree')) return ran;
      // Files and git's own folder are put together when both are there; for a moment one is without the other.
      const dotGit = join(request.cwd, '../ticketmill-abc123/.git');
      await rename(dotGit, `${dotGit}-away`);
      await user.git('worktree', 'prune');
      await rename(`${dotGit}-away`, dotGit);
      return ran;
    };
    const { open, user } = await setUp({}, { run: prune });
    const { directory, close } = await open();
    expect(spawnSync('git', ['status', '--short'], { cwd: directory }).stdout.toString()).toBe('');
    expect(await user.git('worktree', 'list', '--porcelain')).not.toContain('locked');
    await close({ keep: false });
  });

  it('is removed beside other work, nobody’s from the first moment on, and its place is free before it is used again', async () => {
    const { workspaces, repository, user } = await setUp();
    const open = () => workspaces.open({ key: 'again', base: null }, never);
    const first = await open();
    await writeFile(join(first.directory, 'work.txt'), 'x');
    let release: () => void = () => undefined;
    const held = repository.turns(() => new Promise<void>((resolve) => (release = resolve)));
    const closed = first.close({ keep: false });
    const opened = open();
    // Its removal waits for its turn; killed here, it would be swept although it holds a change.
    while (existsSync(join(first.directory, '../workspace.json'))) await nextTurn();
    expect(existsSync(join(first.directory, 'work.txt'))).toBe(true);
    release();
    await held;
    const second = await opened;
    await closed;
    expect(existsSync(join(second.directory, 'work.txt'))).toBe(false);
    expect(existsSync(join(second.directory, 'README.md'))).toBe(true);
    void second.close({ keep: false });
    await workspaces.idle();
    expect(existsSync(dirname(second.directory))).toBe(false);
    expect((await user.git('worktree', 'list')).split('\n')).toHaveLength(1);
  });

  it('is swept although somebody holds a lock of the repository, which stays', async () => {
    const { open, workspaces, user } = await setUp();
    const { directory, capture } = await open('old');
    await capture(never);
    await workspaces.idle();
    const lock = join(user.root, '.git/packed-refs.lock');
    await writeFile(lock, '');
    expect(await workspaces.sweep(new Set())).toEqual([]);
    expect(existsSync(directory)).toBe(false);
    expect(existsSync(lock)).toBe(true);
    expect(await user.git('for-each-ref', 'refs/ticketmill/tree/')).toBe('');
  });

  it('gets ignored files that are asked for, never .env and never links', async () => {
    const files = { '.gitignore': 'local*\n.env*\n' };
    const { open } = await setUp({ files }, { copy: ['local.json', 'local-dir', '.env', '../*', 'missing'] });
    const user = made.at(-1)!;
    await user.write({
      'local.json': '{}',
      'local-dir/a': 'a',
      'local-dir/.env.test': 'SECRET',
      '.env': 'SECRET',
    });
    await symlink('/etc/passwd', join(user.root, 'local-dir/link'));
    const { directory, capture } = await open();
    const there = ['local.json', 'local-dir/a', 'local-dir/.env.test', 'local-dir/link', '.env'];
    expect(there.map((name) => existsSync(join(directory, name)))).toEqual([true, true, false, false, false]);
    expect((await capture(never)).files).toEqual([]);
  });

  it('is set up by commands, and says which of them failed', async () => {
    const setup = [['sh', '-c', 'echo ready > ready.txt']];
    const { open } = await setUp({}, { setup });
    expect((await (await open()).capture(never)).files.map((file) => file.path)).toEqual(['ready.txt']);
    const broken = await setUp({}, { setup: [['sh', '-c', 'echo no luck; exit 4']] });
    await expect(broken.open()).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('no luck'),
    });
    expect(await broken.user.git('worktree', 'list')).not.toContain('abc123');
  });

  it('gets a copy of the installed dependencies that cannot reach the user’s', async () => {
    const lock = '{"lockfileVersion":3}';
    const { open, user } = await setUp({
      files: { 'package.json': '{}', 'package-lock.json': lock, '.gitignore': 'node_modules\n' },
    });
    await user.write({ 'node_modules/dep/index.js': 'original' });
    const { directory, run, capture } = await open();
    await run(command('echo changed > node_modules/dep/index.js; rm .gitignore'), never);
    expect(await readFile(join(user.root, 'node_modules/dep/index.js'), 'utf8')).toBe('original');
    expect(await readFile(join(directory, 'node_modules/dep/index.js'), 'utf8')).toBe('changed\n');
    expect((await capture(never)).files.map((file) => file.path)).toEqual(['.gitignore']);
  });
});

const hasBubblewrap = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0;

(hasBubblewrap ? describe : describe.skip)('a sandboxed command (needs bubblewrap)', () => {
  it('sees its worktree and its tools, and nothing else of this machine', async () => {
    const { user, open } = await setUp({}, { mode: 'auto' });
    await user.git('remote', 'set-url', 'origin', `file://${user.remote ?? ''}`);
    await writeFile(join(user.home, 'secret'), 'canary');
    const { run, directory, capture } = await open();
    await writeFile(join(directory, 'by-us.txt'), 'x');
    const lines = [
      'echo more >> by-us.txt && echo edited > README.md',
      `cat ${user.home}/secret; cat ${user.root}/README.md; cat /etc/shadow; ls /root/.ssh`,
      'rm .git; mv .git x; echo x > .git; git commit -qam x; git config a.b c; git status --short',
      'grep url "$(git rev-parse --git-common-dir)/config"; id -u; node -e "console.log(1+1)"; env | grep -i token',
      'touch /usr/x ../x; echo $(ls /proc | grep -c "^[0-9]")',
    ];
    const outputs = [];
    for (const line of lines) outputs.push((await run(command(line), never)).output);
    expect(outputs.join('')).not.toMatch(/canary|# Sample|root:|file:\/\//);
    expect(outputs[2]).toMatch(/read-only|busy/i);
    expect(outputs[2]).toContain(' M README.md');
    expect(outputs[3]).toMatch(process.getuid?.() === 0 ? /^65534\n2\n$/ : /\n2\n$/);
    expect(Number(outputs[4]?.trim().split('\n').at(-1))).toBeLessThan(12);
    const { files } = await capture(never);
    expect(files.map((file) => file.path)).toEqual(['README.md', 'by-us.txt']);
    expect(existsSync(join(user.home, 'worktrees/abc123/x'))).toBe(false);
  });

  it('has no network, and leaves no process behind', async () => {
    const { open, user } = await setUp({}, { mode: 'auto' });
    const { run } = await open();
    const probe = "require('net').connect(80,'1.1.1.1').on('error',e=>console.log(e.code))";
    expect((await run({ argv: ['node', '-e', probe], timeoutMs: 20_000 }, never)).output).toMatch(
      /ENETUNREACH/,
    );
    await run(
      command("setsid sh -c 'exec sleep 300.77' & setsid nohup sleep 300.77 >/dev/null 2>&1 & sleep 0.1"),
      never,
    );
    expect(spawnSync('pgrep', ['-f', 'sleep 300.77']).stdout.toString()).toBe('');
    expect(await user.git('worktree', 'list')).toContain('abc123');
  });

  it('sees the installed dependencies without being able to write them', async () => {
    const files = {
      'package.json': '{}',
      'package-lock.json': '{"lockfileVersion":3}',
      '.gitignore': 'node_modules\n',
    };
    const { open, user } = await setUp({ files }, { mode: 'auto' });
    await user.write({ 'node_modules/dep/index.js': 'module.exports = 42' });
    const { run, capture, close } = await open();
    expect((await run({ argv: ['node', '-p', "require('dep')"], timeoutMs: 20_000 }, never)).output).toBe(
      '42\n',
    );
    expect((await run(command('echo x > node_modules/dep/index.js'), never)).exitCode).not.toBe(0);
    expect((await capture(never)).files).toEqual([]);
    await close({ keep: false });
    expect(await readFile(join(user.root, 'node_modules/dep/index.js'), 'utf8')).toBe('module.exports = 42');
  });
});

/** git compares times by the second, so what it overlooks shows only when one passes. */
function secondAfter(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1005 - (ms % 1000)));
}
