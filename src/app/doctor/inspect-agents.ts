import type { CliTemplate } from '../../agent/cli/cli-template.ts';
import { cliTemplates } from '../../agent/cli/templates.ts';
import { toFailure } from '../../domain/failure.ts';
import { runCommand } from '../../workspace/command.ts';
import { findProgram } from '../../workspace/sandbox.ts';
import { chosenCli } from '../workshop/choose-coder.ts';
import type { Finding, Machine } from './inspect-machine.ts';

const name = 'agents';

/** Which coding CLIs are installed, in which version, and whether the chosen one can be used and reach its model. */
export async function inspectAgents(machine: Machine, signal: AbortSignal): Promise<Finding[]> {
  const path = machine.env['PATH'] ?? '';
  const installed = await Promise.all(
    Object.entries(cliTemplates).map(async ([kind, template]) => {
      const isThere = (await findProgram(template.bin, path)) !== null;
      return isThere ? `${kind} ${await versionOf(template, machine, signal)}` : null;
    }),
  );
  const found = installed.filter((each) => each !== null);
  return [
    ...(found.length === 0 ? [] : [ok(`installed: ${found.join(', ')}`)]),
    ...(await inspectChosen(machine, signal)),
  ];
}

async function inspectChosen(machine: Machine, signal: AbortSignal): Promise<Finding[]> {
  const { config, env } = machine;
  let template: CliTemplate | null;
  try {
    template = chosenCli(config);
  } catch (error) {
    const { message, hint } = toFailure(error);
    return [{ name, state: 'fail', detail: message, advice: hint }];
  }
  if (template === null) return [ok('builtin codes')];
  const { kind, ownLogin } = config.agent;
  if ((await findProgram(template.bin, env['PATH'] ?? '')) === null) {
    const advice = `Install it, or set \`agent.kind\` to "builtin".`;
    return [
      { name, state: 'fail', detail: `${kind} codes, but \`${template.bin}\` is not on the PATH`, advice },
    ];
  }
  const version = `${kind} ${await versionOf(template, machine, signal)}`;
  if (ownLogin) return [ok(`${version} codes with your own login`)];
  return [await inspectReach(template, `${version} codes`, { machine, signal })];
}

const asked = { openai: '/v1/models', responses: '/v1/models', anthropic: '/v1/models', account: '/' };

/** The windows of models are looked at with the models themselves. */
async function inspectReach(
  { endpoint }: CliTemplate,
  detail: string,
  { machine, signal }: { machine: Machine; signal: AbortSignal },
): Promise<Finding> {
  const server = machine.config.ollama.hosts[0] ?? '';
  const url = new URL(asked[endpoint], server);
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
    if (answer.ok) return ok(`${detail} with the models of ${server}`);
    const advice = 'A newer Ollama speaks what this agent needs.';
    return { name, state: 'fail', detail: `${detail}, but ${url.href} answers ${answer.status}`, advice };
  } catch {
    signal.throwIfAborted();
    const advice = 'Start Ollama, or name its address in `ollama.hosts`.';
    return { name, state: 'fail', detail: `${detail}, but ${server} does not answer`, advice };
  }
}

async function versionOf(
  { bin, versionArgs }: CliTemplate,
  { env }: Machine,
  signal: AbortSignal,
): Promise<string> {
  const known = { PATH: env['PATH'] ?? '', HOME: env['HOME'] ?? '/' };
  const request = { argv: [bin, ...versionArgs], cwd: '/', env: known, timeoutMs: 10_000, maxOutput: 2000 };
  const { output } = await runCommand(request, signal);
  return /\d+\.\d+(?:\.\d+)?[\w.-]*/.exec(output)?.[0] ?? '(version not told)';
}

function ok(detail: string): Finding {
  return { name, state: 'ok', detail, advice: '' };
}
