// `npm run test:docs`: types every command of the pages in prepared roots, and names those that cannot be typed here.
import { fileURLToPath } from 'node:url';
import { collectCommands } from './collect.ts';
import { openRoots } from './roots.ts';
import type { Rule } from './rules.ts';
import { rules } from './rules.ts';

const [, , only = ''] = process.argv;
const commands = collectCommands(fileURLToPath(new URL('../..', import.meta.url))).filter(({ text }) =>
  text.includes(only),
);
const apart = new Map<string, string[]>();
const failed: string[] = [];
let good = 0;

await using roots = await openRoots();
for (const { text, pages } of commands) {
  const name = text.startsWith('#!') ? `${text.trim().split('\n').at(-1) ?? ''} (a script)` : text;
  const rule = ruleOf(text);
  if (rule === undefined) failed.push(`${name} (${pages.join(', ')}): no rule says where it is typed`);
  else if ('notHere' in rule) apart.set(rule.notHere, [...(apart.get(rule.notHere) ?? []), name]);
  else {
    const { ok, said } = await roots.type(text, rule).catch(asFailed);
    process.stderr.write(`${ok ? 'ok    ' : 'FAILED'}  ${name}\n`);
    if (ok) good += 1;
    else failed.push(`${name} (${pages.join(', ')}):\n${said}`);
  }
}

const total = [...apart.values()].reduce((sum, names) => sum + names.length, 0);
process.stdout.write(
  `${commands.length} commands: ${good} typed, ${failed.length} failed, ${total} not here\n`,
);
for (const [reason, names] of apart) {
  process.stdout.write(`\nNot here, because it ${reason}:\n${names.map((name) => `  ${name}\n`).join('')}`);
}
for (const each of failed) process.stdout.write(`\nFAILED  ${each}\n`);
process.exitCode = failed.length === 0 && good > 0 ? 0 : 1;

/** What a command needs could not be brought about. */
function asFailed(error: unknown): { ok: boolean; said: string } {
  return { ok: false, said: error instanceof Error ? error.message : String(error) };
}

function ruleOf(text: string): Rule | undefined {
  const plain = text.replace(/^npx (?:--[\w-]+ )*/, '').replace(/^npm run -s ticketmill -- /, 'ticketmill ');
  return rules.find(({ of }) => of.test(plain));
}
