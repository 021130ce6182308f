import type { Calibrated } from '../app/models/calibrate-reviewer.ts';
import { percent } from '../domain/calibration.ts';
import type { Rate } from '../domain/calibration.ts';
import { forLine } from '../domain/untrusted.ts';
import type { Output } from './output.ts';
import type { Loaded, Session } from './session.ts';

/** Measures a reviewer and prints its rates. An interruption loses nothing: the next call goes on from there. */
export async function calibrateModel(
  { output, env, clock, signal }: Session,
  { config, secrets, paths }: Pick<Loaded, 'config' | 'secrets' | 'paths'>,
  { model }: { model?: string },
): Promise<number> {
  const tell = progressOn(output);
  const order = {
    model: model ?? null,
    onStart: (start: { model: string; cases: number; known: number }) => {
      tell.cases = start.cases;
      const rest = start.cases - start.known;
      const known = start.known === 0 ? '' : `, ${start.known} are known already`;
      output.say(forLine(`${start.model} is asked about ${rest} changes${known}.`, 300));
    },
    onCase: tell.done,
  };
  const { calibrateReviewer } = await import('../app/models/calibrate-reviewer.ts');
  const calibrated = await calibrateReviewer({ config, secrets, paths, env, clock }, order, signal);
  if (output.json) await output.printJson(calibrated);
  else await output.print(describe(calibrated, output).join('\n'));
  return 0;
}

/** Now and then a line; a hundred and more of them would say less. */
function progressOn(output: Output): { cases: number; done: (done: number) => void } {
  const progress = {
    cases: 0,
    done(done: number) {
      if (done % 20 === 0 && done < progress.cases) output.say(`${done} of ${progress.cases} done.`);
    },
  };
  return progress;
}

function describe(calibrated: Calibrated, { paint }: Output): string[] {
  const { model, digest, caught, falseAlarms, unanswered, objection, strictness } = calibrated;
  const { bySeverity, byCategory, byDifficulty } = calibrated;
  const name = digest === null ? model : `${model} (${digest.slice(0, 12)})`;
  const verdict =
    objection === null
      ? paint('good', 'It may stop changes where `codeReview.requireCalibration` is set.')
      : paint('warn', `It may only advise where \`codeReview.requireCalibration\` is set: ${objection}.`);
  return [
    paint('strong', forLine(`${name}, at strictness ${strictness}`, 300)),
    '',
    paint('dim', row('', 'found', 'rate', '95 % interval')),
    rateRow('defects caught', caught),
    ...[bySeverity, byDifficulty, byCategory].flatMap((group) =>
      Object.entries(group).map(([key, rate]) => rateRow(`  ${key}`, rate)),
    ),
    rateRow('false alarms', falseAlarms),
    '',
    ...(unanswered === 0 ? [] : [`No valid verdict on ${unanswered} changes; each counts against it.`]),
    verdict,
  ];
}

function rateRow(name: string, { hits, of, rate, low, high }: Rate): string {
  return row(name, `${hits} of ${of}`, percent(rate), `${percent(low)} – ${percent(high)}`);
}

function row(name: string, found: string, rate: string, interval: string): string {
  return `${name.padEnd(18)}${found.padStart(12)}${rate.padStart(9)}   ${interval}`.trimEnd();
}
