import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryDirectories } from '../support/directory.ts';
import { typed } from '../support/command-line.ts';

describe('ticketmill completion', () => {
  const directory = temporaryDirectories();
  const scripts = new Map<string, string>();
  beforeAll(async () => {
    for (const shell of ['bash', 'zsh', 'fish'])
      scripts.set(shell, (await typed(['completion', shell], { cwd: '/' })).out);
  });

  /** What each shell says when these words were typed, the last of them perhaps not to its end. */
  const ask = {
    bash: (file: string, words: string[]) =>
      `source ${file}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _ticketmill; printf '%s\\n' "\${COMPREPLY[@]}"`,
    zsh: (file: string, words: string[]) =>
      `compdef() {}; _describe() { print -rl -- "\${(@P)2%%:*}" }; source ${file}; words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _ticketmill`,
    fish: (file: string, words: string[]) => `source ${file}; complete -C '${words.join(' ')}'`,
  };
  type Shell = keyof typeof ask;
  const completions = (shell: Shell, words: string[]): string[] => {
    const file = join(directory(), 'script');
    writeFileSync(file, scripts.get(shell) ?? '');
    const flags = { bash: ['--norc', '-c'], zsh: ['-f', '-c'], fish: ['-N', '-c'] };
    const said = execFileSync(shell, [...flags[shell], ask[shell](file, words)], { encoding: 'utf8' });
    return said.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
  };

  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const isThere = ['/bin', '/usr/bin', '/usr/local/bin'].some((bin) => existsSync(join(bin, shell)));
    (isThere ? it : it.skip)(`completes in ${shell} itself (needs ${shell})`, () => {
      expect(completions(shell, ['ticketmill', ''])).toEqual(
        expect.arrayContaining(['init', 'start', 'service', 'completion']),
      );
      expect(completions(shell, ['ticketmill', 'service', ''])).toEqual(
        expect.arrayContaining(['install', 'status', 'uninstall']),
      );
      expect(completions(shell, ['ticketmill', 'service', ''])).not.toContain('init');
      expect(completions(shell, ['ticketmill', 'service', 'install', '--'])).toEqual(
        expect.arrayContaining(['--kind', '--print', '--json']),
      );
      expect(completions(shell, ['ticketmill', '--json', 'doctor', '--f'])).toContain('--fix');
    });
  }

  it('knows every command, and no other shell', async () => {
    const help = (await typed(['--help'], { cwd: '/' })).out;
    const commands = [...help.matchAll(/^ {2}([a-z][a-z-]+)(?: |$)/gm)].map(([, name = '']) => name);
    expect(commands.length).toBeGreaterThan(20);
    for (const script of scripts.values()) for (const name of commands) expect(script).toContain(name);
    expect(await typed(['completion', 'tcsh'], { cwd: '/' })).toMatchObject({ code: 2 });
  });
});
