import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { handsAt } from '../../src/agent/hands.ts';
import { editTool } from '../../src/agent/tools/edit.ts';
import { writeTool } from '../../src/agent/tools/write.ts';
import { add, refusalsOf } from '../support/attack.ts';
import type { PlainWorkspace } from '../support/coding-bench.ts';
import { greetFiles, plainWorkspace } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();
const never = new AbortController().signal;
const content = 'planted';

let home: string;
let workspace: PlainWorkspace;
beforeEach(async () => {
  home = directory();
  workspace = await plainWorkspace(join(home, 'worktree'), greetFiles);
});

describe('edits of a model', () => {
  const hands = () => handsAt(workspace, { network: false, longestOutput: () => 4000 });
  it.each([
    ['../x'],
    ['a/../../b'],
    ['/tmp/escaped-edit'],
    ['~/x'],
    ['C:\\x'],
    ['\\\\srv\\x'],
    ['a\0b'],
    ['.git'],
    ['.git/config'],
    ['.GIT/hooks/pre-commit'],
    ['git~1/config'],
    ['.git::$INDEX_ALLOCATION/config'],
    ['a/.git/b'],
    ['.g\u200cit/config'],
  ])('S17: are refused at %j before anything is opened', async (target) => {
    const before = [readdirSync(home), readdirSync(workspace.directory)];
    const args = { path: target, content, old: 'a', new: content };
    expect((await writeTool.use(args, hands(), never)).ok).toBe(false);
    expect((await editTool.use(args, hands(), never)).ok).toBe(false);
    expect([readdirSync(home), readdirSync(workspace.directory)]).toEqual(before);
    expect(existsSync('/tmp/escaped-edit')).toBe(false);
  });

  it('S18: follow no link out of the worktree, also not one that comes between look and write', async () => {
    const [inside, away] = [join(workspace.directory, 'd'), join(home, 'away')];
    mkdirSync(away);
    symlinkSync(away, inside);
    expect((await writeTool.use({ path: 'd/x', content }, hands(), never)).ok).toBe(false);
    let swapping = true;
    const swapper = (async () => {
      for (let turn = 0; swapping; turn += 1) {
        rmSync(inside, { recursive: true, force: true });
        try {
          if (turn % 2 === 1) symlinkSync(away, inside);
        } catch {
          // The tool made the directory first.
        }
        await new Promise((resolve) => void setImmediate(resolve));
      }
    })();
    for (let turn = 0; turn < 300; turn += 1) await writeTool.use({ path: 'd/x', content }, hands(), never);
    swapping = false;
    await swapper;
    expect(readdirSync(away)).toEqual([]);
  });

  it.each([
    ...[
      '.envrc',
      '.vscode/tasks.json',
      '.husky/pre-commit',
      '.claude/settings.json',
      '.mcp.json',
      'Makefile',
    ],
    ...['.npmrc', 'conftest.py', '.idea/workspace.xml', '.devcontainer/devcontainer.json', '.yarnrc.yml'],
    ...[
      '.pnp.cjs',
      'bunfig.toml',
      '.codex/config.toml',
      '.gemini/settings.json',
      'opencode.json',
      '.aider.conf.yml',
    ],
  ])('S24, S28: that would run later on your machine are refused: %s', async (file) => {
    expect(await refusalsOf([add(file, 'run = "me"')])).not.toEqual([]);
  });
});
