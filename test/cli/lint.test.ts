import { describe, expect, it } from '@jest/globals';
import { writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { typed } from '../support/command-line.ts';

const ticket = '---\nid: task-1\ntitle: One\n---\nDo it.\n';

describe('ticketmill lint', () => {
  const directory = temporaryDirectories();

  it('looks at the five folders when nothing is named', async () => {
    const cwd = directory();
    writeFiles(cwd, {
      'backlog/todo/a.md': ticket,
      'backlog/failed/b.md': '---\ntitle: open',
      'backlog/failed/b.error.json': '{}',
      'README.md': '# no ticket',
    });
    const said = await typed(['lint', '--json'], { cwd });
    expect(said.code).toBe(1);
    expect(said.json()).toEqual([
      expect.objectContaining({ file: 'backlog/todo/a.md', ok: true, error: null }),
      expect.objectContaining({ file: 'backlog/failed/b.md', ok: false, ticket: null }),
    ]);
    expect(said.err).toBe('');
  });

  it('looks at the tasks of a Backlog.md project, and at what was dropped', async () => {
    const cwd = directory();
    writeFiles(cwd, {
      'backlog/config.yml': 'project_name: "Sample"\nstatuses: ["To Do", "In Progress", "Done"]\n',
      'backlog/todo/a.md': ticket,
      'backlog/tasks/task-1 - One.md': '---\ntitle: open',
      'backlog/completed/task-2 - Two.md': ticket,
    });
    const said = await typed(['lint', '--json'], { cwd });
    expect(said.json().map((line) => (line as { file: string }).file)).toEqual([
      'backlog/todo/a.md',
      'backlog/tasks/task-1 - One.md',
      'backlog/completed/task-2 - Two.md',
    ]);
    expect(said.code).toBe(1);
  });

  it('looks at the folders where the project is to be passed over', async () => {
    const cwd = directory();
    writeFiles(cwd, {
      'config.json': JSON.stringify({ backlogMd: { adopt: false } }),
      'backlog/config.yml': 'project_name: "Sample"\n',
      'backlog/review/a.md': ticket,
      'backlog/tasks/task-1 - One.md': ticket,
    });
    const said = await typed(['lint', '--json'], { cwd });
    expect(said.json()).toMatchObject([{ file: 'backlog/review/a.md' }]);
  });

  it('takes files under the names they are given, in their order, and folders with what is below', async () => {
    const cwd = directory();
    writeFiles(cwd, {
      'b.md': ticket,
      'a.md': ticket,
      'more/x/c.md': ticket,
      'more/.hidden/d.md': ticket,
      'more/e.txt': '',
    });
    const said = await typed(['--json', 'lint', './b.md', 'a.md', 'more'], { cwd });
    expect(said.json().map((line) => (line as { file: string }).file)).toEqual([
      './b.md',
      'a.md',
      'more/x/c.md',
    ]);
    expect(said.code).toBe(0);
  });

  it('tells a person what is wrong, and what has no effect', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'bad.md': '---\ntitle: open', 'odd.md': '---\nid: task-1\nmodel: [1]\n---\nx\n' });
    const said = await typed(['lint', 'bad.md', 'odd.md', 'gone.md'], { cwd });
    expect(said.out).toMatch(
      /^error bad\.md: .*not closed.*\nwarning odd\.md: model .*\nerror gone\.md: there is no such file\n$/,
    );
    expect(said.err).toBe('3 looked at, 2 cannot be read.\n');
  });

  it('says which ones would be held for what they call themselves', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'a.md': '---\nid: ../../etc\n---\nx\n' });
    const said = await typed(['lint', 'a.md'], { cwd });
    expect(said).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^warning a\.md: it is held: id is "\.\./),
    });
  });

  it('prints nothing of a file that could move the cursor', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'a\u001b[2J.md': '---\ntitle: open' });
    const said = await typed(['lint', 'a\u001b[2J.md'], { cwd });
    expect(said.out).not.toContain('\u001b');
  });

  it('reads many thousand tickets in one call', async () => {
    const cwd = directory();
    const files = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`t/${index}.md`, ticket]));
    writeFiles(cwd, files);
    const said = await typed(['lint', '--json', 't'], { cwd });
    expect(said.json()).toHaveLength(3000);
  });
});
