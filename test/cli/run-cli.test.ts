import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../src/config/config-error.ts';
import { Failure } from '../../src/domain/failure.ts';
import { version } from '../../src/app/version.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { houseDouble } from '../support/house.ts';
import { statusReport } from '../support/ticket-report.ts';
import { typed } from '../support/command-line.ts';

const commands =
  'init start run add status show explain pause resume stop cancel approve reject merge lint apply doctor config'.split(
    ' ',
  );

describe('the command line', () => {
  const directory = temporaryDirectories();
  const failing = (error: unknown) =>
    houseDouble({
      answers: {
        status: () => {
          throw error;
        },
      },
    });

  it('tells its version', async () => {
    expect(await typed(['--version'], { cwd: directory() })).toMatchObject({
      code: 0,
      out: `${version}\n`,
      err: '',
    });
  });

  it.each(commands)('has help with an example for %s', async (command) => {
    const said = await typed([command, '--help'], { cwd: directory() });
    expect(said.code).toBe(0);
    expect(said.out).toContain(`$ ticketmill ${command}`);
    expect(said.out).toContain('--root <dir>');
  });

  it('refuses what it does not know and guesses what was meant', async () => {
    const cwd = directory();
    const command = await typed(['statis'], { cwd });
    expect(command).toMatchObject({ code: 2, out: '' });
    expect(command.err).toContain("error: unknown command 'statis'\n(Did you mean status?)");
    const option = await typed(['status', '--wach', '--json'], { cwd });
    expect(option).toMatchObject({ code: 2, err: '' });
    expect(option.json()).toEqual([
      {
        error: {
          code: 'BAD_USAGE',
          message: "unknown option '--wach'\n(Did you mean --watch?)",
          hint: expect.any(String) as unknown,
        },
      },
    ]);
  });

  it('shows the help and ends with 2 when no command is given', async () => {
    const cwd = directory();
    const said = await typed([], { cwd });
    expect(said).toMatchObject({ code: 2, out: '' });
    expect(said.err).toMatch(/^Usage: ticketmill/);
    expect((await typed(['--json'], { cwd })).json()).toEqual([
      { error: expect.objectContaining({ message: 'no command was given' }) as object },
    ]);
  });

  it('takes global options before and behind the command', async () => {
    const cwd = directory();
    const house = houseDouble({ answers: { status: () => statusReport() } });
    const before = await typed(['--json', 'status'], { cwd, house });
    const behind = await typed(['status', '--json'], { cwd, house });
    expect(before.json()).toEqual(behind.json());
    const lost = await typed(['status', '--root', 'nowhere'], { cwd, house });
    expect(lost).toMatchObject({ code: 2 });
    expect(lost.err).toContain('nowhere, expected a folder that exists');
  });

  it.each([
    [new Failure('TICKET_NOT_FOUND', 'There is no ticket "x".'), 2],
    [new Failure('MODEL_UNREACHABLE', 'gone'), 3],
    [new Failure('NOT_POSSIBLE', 'no'), 1],
    [new ConfigError([], []), 2],
    [new TypeError('a bug'), 1],
  ])('ends with the code of the failure: %s', async (error, code) => {
    const said = await typed(['status'], { cwd: directory(), house: failing(error) });
    expect(said).toMatchObject({ code, out: '' });
    expect(said.err).not.toMatch(/\n\s+at /);
  });

  it('says what to do about a failure', async () => {
    const error = new Failure('TICKET_NOT_FOUND', 'There is no ticket "x\u001b[2J".');
    const said = await typed(['status'], { cwd: directory(), house: failing(error) });
    expect(said.err).toBe(`error: There is no ticket "x⟦U+001B⟧[2J".\n${error.hint}\n`);
  });

  it('shows where an error came from only when asked', async () => {
    const error = new Error('outer', { cause: new Error('inner') });
    const said = await typed(['status', '--verbose'], { cwd: directory(), house: failing(error) });
    expect(said.err).toMatch(/error: outer[\s\S]*\n\s+at [\s\S]*caused by Error: inner/);
  });

  it('ends with 130 when it was interrupted', async () => {
    const signal = AbortSignal.abort();
    const said = await typed(['status'], { cwd: directory(), signal, house: failing(signal.reason) });
    expect(said).toMatchObject({ code: 130 });
  });

  it('paints on a terminal only, and not against the will of its user', async () => {
    const house = houseDouble({ answers: { status: () => statusReport({ paused: true }) } });
    const see = async (argv: string[], env = {}) =>
      (await typed(argv, { cwd: directory(), house, env, isTerminal: { stdout: true } })).out.includes(
        '\u001b',
      );
    expect(await see(['status'])).toBe(true);
    expect(await see(['status', '--no-color'])).toBe(false);
    expect(await see(['status'], { NO_COLOR: '1' })).toBe(false);
    expect(await see(['status'], { TERM: 'dumb' })).toBe(false);
  });
});
