import type { Topic } from '../domain/notice.ts';
import type { Channel } from './channel.ts';
import { linesOf, subjectOf } from './word-notices.ts';

export type DesktopOptions = {
  on: readonly Topic[];
  platform: string;
  /** Runs a program without a shell; its exit code, null when it was ended. */
  run: (argv: string[], signal: AbortSignal) => Promise<number | null>;
};

/** Lines that a bubble has room for. */
const mostLines = 4;

/** Shows a bubble by the command that the system itself has for it. */
export function openDesktop({ on, platform, run }: DesktopOptions): Channel {
  return {
    name: 'desktop',
    on,
    async send(batch, signal) {
      const argv = commandFor(platform, subjectOf(batch), linesOf(batch).slice(0, mostLines).join('\n'));
      if (argv === null) throw new Error(`There is no command for desktop notifications on ${platform}`);
      const exitCode = await run(argv, signal);
      if (exitCode !== 0) throw new Error(`${argv[0] ?? ''} ended with ${exitCode ?? 'no'} exit code`);
    },
  };
}

/** Texts are arguments of their own, or come from the environment of none: no shell and no script ever reads them. */
function commandFor(platform: string, title: string, text: string): string[] | null {
  switch (platform) {
    case 'linux':
    case 'freebsd':
      return ['notify-send', '--app-name=ticketmill', '--', title, escapeMarkup(text)];
    case 'darwin':
      return ['osascript', '-e', appleScript, title, text];
    default:
      return null;
  }
}

const appleScript = 'on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run';

/** Bubbles of Linux understand a little HTML. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
