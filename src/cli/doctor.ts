import type { Command } from 'commander';
import { inspectMachine } from '../app/inspect-machine.ts';
import type { Finding } from '../app/inspect-machine.ts';
import { forLine } from '../domain/untrusted.ts';
import { examples } from './examples.ts';
import type { Output, Tone } from './output.ts';
import type { Run, Session } from './session.ts';

export function addDoctorCommand(program: Command, run: Run): void {
  program
    .command('doctor')
    .description(
      'check git, Node, Ollama and its models, sandbox, folders and disk; each line says what to do',
    )
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .action(run(doctor));
}

/** A config that cannot be read is an error with all its faults, told before anything else is looked at. */
async function doctor({ load, env, clock, output, signal }: Session): Promise<number> {
  const { config, secrets, paths, file, warnings } = load();
  const machine = { config, secrets, paths, env, clock, nodeVersion: process.versions.node };
  const findings = [describeConfig(file, warnings), ...(await inspectMachine(machine, signal))];
  const failed = findings.some(({ state }) => state === 'fail');
  if (output.json) await output.printJson({ ok: !failed, findings });
  for (const finding of output.json ? [] : findings) await print(finding, output);
  return failed ? 3 : 0;
}

function describeConfig(file: string | null, warnings: readonly string[]): Finding {
  const name = 'config';
  const detail = file ?? 'none: the defaults apply';
  if (warnings.length === 0) return { name, state: 'ok', detail, advice: '' };
  return { name, state: 'warn', detail, advice: warnings.join(' ') };
}

const tones: Record<Finding['state'], Tone> = { ok: 'good', warn: 'warn', fail: 'bad' };

async function print({ name, state, detail, advice }: Finding, { print, paint }: Output): Promise<void> {
  await print(`${paint(tones[state], state.padEnd(4))}  ${name.padEnd(10)}  ${forLine(detail, 500)}`);
  if (advice !== '') await print(`${' '.repeat(18)}${forLine(advice, 1000)}`);
}
