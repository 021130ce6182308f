import type { Command } from 'commander';
import type { Finding, Machine } from '../app/doctor/inspect-machine.ts';
import { whyItMatters } from '../app/doctor/why-it-matters.ts';
import { Failure } from '../domain/failure.ts';
import { forLine } from '../domain/untrusted.ts';
import { examples } from './examples.ts';
import { followPull } from './follow-pull.ts';
import type { PullStep } from './follow-pull.ts';
import type { Output, Tone } from './output.ts';
import type { Loaded, Run, Session } from './session.ts';

export function addDoctorCommand(program: Command, run: Run): void {
  program
    .command('doctor')
    .description(
      'check git, Node, Ollama and its models, sandbox, folders and disk; each line says what to do',
    )
    .option('--fix', 'do what is safe: folders, .gitignore lines, permissions, what a dead process left')
    .option('--pull', 'with --fix: fetch configured models that are missing')
    .addHelpText('after', examples('doctor', 'doctor --fix', 'doctor --fix --pull', 'doctor --json'))
    .action(run(doctor));
}

type DoctorOptions = { fix?: boolean; pull?: boolean };

/** A config that cannot be read is an error with all its faults, told before anything else is looked at. */
async function doctor(session: Session, { fix = false, pull = false }: DoctorOptions): Promise<number> {
  if (pull && !fix) throw new Failure('BAD_USAGE', '--pull fetches models as a part of --fix; give both.');
  const { load, env, clock, output, signal } = session;
  const loaded = load();
  const { config, secrets, paths, file, warnings } = loaded;
  const machine = { config, secrets, paths, env, clock, nodeVersion: process.versions.node };
  const { inspectMachine } = await import('../app/doctor/inspect-machine.ts');
  const mended = fix ? await mend(session, { machine, loaded, pull }) : [];
  const found = [describeConfig(file, warnings), ...(await inspectMachine(machine, signal))];
  const findings = found.map((finding) => ({ ...finding, why: whyItMatters[finding.name] }));
  const failed = findings.some(({ state }) => state === 'fail');
  if (output.json) await output.printJson({ ok: !failed, mended, findings });
  else {
    for (const line of mended) await output.print(`${output.paint('good', 'fixed')} ${forLine(line, 500)}`);
    for (const finding of findings) await print(finding, output);
  }
  return failed ? 3 : 0;
}

async function mend(
  { output, columns, signal }: Session,
  { machine, loaded, pull }: { machine: Machine; loaded: Loaded; pull: boolean },
): Promise<string[]> {
  const { mendMachine } = await import('../app/doctor/mend-machine.ts');
  const bars = new Map<string, ReturnType<typeof followPull>>();
  try {
    const onPull = (model: string, step: PullStep): void => {
      const bar = bars.get(model) ?? followPull(model, output, columns);
      bars.set(model, bar);
      bar.tell(step);
    };
    return await mendMachine(machine, { loaded, pull, onPull }, signal);
  } finally {
    for (const bar of bars.values()) bar.end();
  }
}

function describeConfig(file: string | null, warnings: readonly string[]): Finding {
  const name = 'config';
  const detail = file ?? 'none: the defaults apply';
  if (warnings.length === 0) return { name, state: 'ok', detail, advice: '' };
  return { name, state: 'warn', detail, advice: warnings.join(' ') };
}

const tones: Record<Finding['state'], Tone> = { ok: 'good', warn: 'warn', fail: 'bad' };

type Told = Finding & { why: string };

async function print({ name, state, detail, advice, why }: Told, output: Output): Promise<void> {
  const { print, paint, verbose } = output;
  await print(`${paint(tones[state], state.padEnd(4))}  ${name.padEnd(10)}  ${forLine(detail, 500)}`);
  if (advice !== '') await print(`${' '.repeat(18)}${forLine(advice, 1000)}`);
  if (verbose || state !== 'ok') await print(`${' '.repeat(18)}${paint('dim', why)}`);
}
