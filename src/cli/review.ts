import type { Command } from 'commander';
import { Failure } from '../domain/failure.ts';
import { severities } from '../domain/review.ts';
import type { Severity } from '../domain/review.ts';
import { forLine } from '../domain/untrusted.ts';
import { calibrateModel } from './calibrate.ts';
import { examples } from './examples.ts';
import { printReview } from './print-review.ts';
import type { Run, Session } from './session.ts';

const formats = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof formats)[number];

export type ReviewOptions = {
  base?: string;
  staged?: boolean;
  format?: string;
  failOn?: string;
  model?: string;
  calibrate?: boolean;
};

export function addReviewCommand(program: Command, run: Run): void {
  program
    .command('review')
    .description('let a model review a local change, of any repository; or measure how well a model reviews')
    .option('--base <ref>', 'compare with where HEAD left this commit (default: the base branch)')
    .option('--staged', 'what is staged, against HEAD, in place of the whole working tree')
    .option('--format <format>', `${formats.join(', ')} (default: text)`)
    .option(
      '--fail-on <severity>',
      'exit with 1 when there is a finding as grave: critical, high, medium, low',
    )
    .option('--model <model>', 'the model that reviews')
    .option('--calibrate', 'measure a reviewer on changes of which it is known what is wrong with them')
    .addHelpText(
      'after',
      examples('review', 'review --staged --fail-on high', 'review --format sarif', 'review --calibrate'),
    )
    .action(run(review));
}

async function review(session: Session, options: ReviewOptions): Promise<number> {
  const { load, output, env, clock, signal } = session;
  const format = readFormat(options.format, output.json);
  const failOn = readSeverity(options.failOn);
  const { config, secrets, paths } = load();
  if (options.calibrate === true) return calibrateModel(session, { config, secrets, paths }, options);
  const order = {
    base: options.base ?? null,
    staged: options.staged === true,
    model: options.model ?? null,
    onStart: ({ model, base, files }: { model: string; base: string; files: number }) =>
      output.say(
        forLine(`${model} reviews ${files === 1 ? '1 file' : `${files} files`} against ${base}.`, 300),
      ),
  };
  const { formatReview, reviewDiff } = await import('../app/models/review-diff.ts');
  const reviewed = await reviewDiff({ config, secrets, paths, env, clock }, order, signal);
  const { verdict } = reviewed;
  const grave = (verdict?.findings ?? []).filter(({ severity }) => isAsGrave(severity, failOn));
  const failed = grave.length > 0 && verdict?.advisory === undefined;
  if (format === 'json') await output.printJson({ ...reviewed, failOn, failed });
  else if (format === 'text') await printReview(reviewed, output);
  else await output.print(formatReview(reviewed, format));
  return failed ? 1 : 0;
}

function readFormat(written: string | undefined, json: boolean): Format {
  if (written === undefined) return json ? 'json' : 'text';
  const format = formats.find((known) => known === written);
  if (format !== undefined) return format;
  throw new Failure('BAD_USAGE', `--format is ${JSON.stringify(written)}, expected ${formats.join(', ')}.`);
}

function readSeverity(written: string | undefined): Severity | null {
  if (written === undefined) return null;
  const severity = severities.find((known) => known === written.toUpperCase());
  if (severity !== undefined) return severity;
  const known = severities.join(', ').toLowerCase();
  throw new Failure('BAD_USAGE', `--fail-on is ${JSON.stringify(written)}, expected ${known}.`);
}

function isAsGrave(severity: Severity, bound: Severity | null): boolean {
  return bound !== null && severities.indexOf(severity) <= severities.indexOf(bound);
}
