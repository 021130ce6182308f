import type { Hands } from './hands.ts';
import { refuseCommand } from './refuse-command.ts';

const usualSeconds = 60;
const mostSeconds = 300;
const kept = 4000;

/** Runs a command of the model where the workspace lets it run; refusals and failures are text that it can act on. */
export async function runForModel(
  hands: Hands,
  order: { command: string; seconds: number | undefined },
  signal: AbortSignal,
): Promise<{ ok: boolean; text: string }> {
  const refusal = refuseCommand(order.command, hands);
  if (refusal !== undefined)
    return { ok: false, text: `This command is not run: ${refusal}. Do it another way, or go on without.` };
  const seconds = Math.min(mostSeconds, Math.max(1, order.seconds ?? usualSeconds));
  hands.ranCommand = true;
  const argv = ['sh', '-c', order.command];
  const { exitCode, output, timedOut } = await hands.workspace.run(
    { argv, timeoutMs: seconds * 1000 },
    signal,
  );
  const said = output.trim() === '' ? '(no output)' : headAndTail(withoutColours(output));
  if (timedOut) return { ok: false, text: `${said}\nStopped after ${seconds} s: it did not end by itself.` };
  return { ok: exitCode === 0, text: `${said}\nexit code ${exitCode ?? 'none: ended by a signal'}` };
}

function headAndTail(output: string): string {
  if (output.length <= 2 * kept) return output.trimEnd();
  const cut = output.length - 2 * kept;
  return `${output.slice(0, kept)}\n[… ${cut} characters left out …]\n${output.slice(-kept).trimEnd()}`;
}

function withoutColours(output: string): string {
  return output.replace(/\u001b\[[0-9;?]{0,20}[A-Za-z]/g, '');
}
