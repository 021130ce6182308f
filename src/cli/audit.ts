import type { Command } from 'commander';
import { examples } from './examples.ts';
import type { Run, Session } from './session.ts';

export function addAuditCommand(program: Command, run: Run): void {
  const audit = program.command('audit').description('the trail of every decision');
  audit
    .command('verify')
    .description('check the hash chain of the audit trail; exits 1 where something was changed')
    .option(
      '--anchor <line>',
      'a line that must be there: NUMBER:HASH, as an earlier check told the last one',
    )
    .addHelpText('after', examples('audit verify', 'audit verify --json', 'audit verify --anchor 12:9f86d0…'))
    .action(run(verify));
}

async function verify({ load, output }: Session, options: { anchor?: string }): Promise<number> {
  const { verifyTrail } = await import('../app/verify-trail.ts');
  const report = await verifyTrail(load().paths, options.anchor ?? null);
  const { file, entries, anchor, faults } = report;
  const isWhole = faults.length === 0;
  if (output.json) await output.printJson({ ok: isWhole, ...report });
  else if (isWhole)
    await output.print(
      output.paint(
        'good',
        entries === 0
          ? `nothing is written in ${file} yet`
          : `${entries} entries, none changed: ${file}\nthe last one is ${anchor}`,
      ),
    );
  else
    for (const { line, what } of faults)
      await output.print(output.paint('bad', `${line === 0 ? file : `${file}:${line}`}: ${what}`));
  return isWhole ? 0 : 1;
}
