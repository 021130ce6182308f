import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { describeEvent, eventLine } from '../../src/cli/describe-event.ts';
import type { Told } from '../../src/cli/describe-event.ts';
import type { Paint } from '../../src/cli/output.ts';
import type { DaemonEvent } from './daemon.ts';

export interface Screen {
  readonly paint: Paint;
  line: (text?: string) => void;
  /** A heading with an empty line before it. */
  heading: (text: string) => void;
  /** News of the daemon, with the time since the beginning. */
  observe: (event: DaemonEvent) => void;
  /** `6.2 s` since the beginning. */
  elapsed: () => string;
}

const styles = { good: 'green', bad: 'red', warn: 'yellow', dim: 'dim', strong: 'bold' } as const;

export function openScreen(out: Writable, colours: boolean): Screen {
  const began = performance.now();
  const paint: Paint = (tone, text) =>
    colours && tone !== 'plain' ? styleText(styles[tone], text, { validateStream: false }) : text;
  const line = (text = ''): void => void out.write(`${text}\n`);
  const elapsed = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const observe = (event: DaemonEvent): void => {
    const told = tell(event);
    if (told !== null) line(`${paint('dim', elapsed().padStart(7))}  ${eventLine(told, paint)}`);
  };
  return { paint, line, heading: (text) => line(`\n${paint('strong', text)}`), observe, elapsed };
}

/** The stages of five tickets would drown what comes of them. */
function tell(event: DaemonEvent): Told | null {
  if (event.type === 'server:listening' || event.type === 'outcome' || event.type === 'stage:started')
    return null;
  if (event.type === 'error') return { ticket: null, text: event.message, tone: 'bad', weight: 'news' };
  const told = describeEvent(event);
  return told?.weight === 'news' ? told : null;
}
