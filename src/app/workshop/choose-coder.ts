import type { CliTemplate } from '../../agent/cli/cli-template.ts';
import { ownTemplate } from '../../agent/cli/own-template.ts';
import { cliTemplates } from '../../agent/cli/templates.ts';
import type { Config } from '../../config/schema.ts';
import { Failure } from '../../domain/failure.ts';

/** Everybody who can code, by name. */
export function knownAgents({ agents }: Pick<Config, 'agents'>): string[] {
  return ['builtin', ...Object.keys(cliTemplates), ...Object.keys(agents)];
}

/**
 * The CLI that codes; null where the built-in coder does. `kind` is the config's own choice unless a ticket has another.
 * Throws `AGENT_UNAVAILABLE` for a name that means none.
 */
export function chosenCli({ agent, agents, sandbox }: Config, kind = agent.kind): CliTemplate | null {
  const { ownLogin } = agent;
  if (kind === 'builtin') return null;
  const own = Object.hasOwn(agents, kind) ? agents[kind] : undefined;
  const template = own === undefined ? known(kind) : ownTemplate(own);
  if (template === undefined) {
    const names = knownAgents({ agents }).join(', ');
    throw new Failure('AGENT_UNAVAILABLE', `The agent "${kind}" is unknown; known are ${names}.`);
  }
  if (ownLogin && sandbox.mode !== 'off')
    throw new Failure(
      'AGENT_UNAVAILABLE',
      `\`agent.ownLogin\` lets ${template.bin} use your login, which the sandbox hides: set \`sandbox.mode\` to "off", or let it use a local model.`,
    );
  if (!ownLogin && template.endpoint === 'account')
    throw new Failure(
      'AGENT_UNAVAILABLE',
      `${template.bin} knows no model server but its maker's: set \`agent.ownLogin\`, or choose another agent.`,
    );
  return template;
}

function known(kind: string): CliTemplate | undefined {
  return Object.hasOwn(cliTemplates, kind) ? cliTemplates[kind] : undefined;
}
