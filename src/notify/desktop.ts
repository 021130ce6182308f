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

/** Texts are arguments of their own, or data of a script that cannot end its quotes: nothing ever reads them as code. */
function commandFor(platform: string, title: string, text: string): string[] | null {
  switch (platform) {
    case 'linux':
    case 'freebsd':
      return ['notify-send', '--app-name=ticketmill', '--', title, escapeMarkup(text)];
    case 'darwin':
      return ['osascript', '-e', appleScript, title, text];
    case 'win32':
      return [...powerShell, encode(toastScript(title, text), 'utf16le')];
    default:
      return null;
  }
}

const appleScript = 'on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run';

const powerShell = ['powershell.exe', '-NoProfile', '-NonInteractive', '-EncodedCommand'];

/** PowerShell takes further arguments for more of its script, so the texts go into it, in letters that mean nothing. */
function toastScript(title: string, text: string): string {
  const write = (line: number, written: string): string =>
    `$texts.Item(${line}).AppendChild($toast.CreateTextNode([Text.Encoding]::UTF8.GetString(` +
    `[Convert]::FromBase64String('${encode(written, 'utf8')}')))) | Out-Null`;
  return [
    `[${toasts}.ToastNotificationManager, ${toasts}, ContentType = WindowsRuntime] | Out-Null`,
    `$toast = [${toasts}.ToastNotificationManager]::GetTemplateContent('ToastText02')`,
    `$texts = $toast.GetElementsByTagName('text')`,
    write(0, title),
    write(1, text),
    `[${toasts}.ToastNotificationManager]::CreateToastNotifier('${sender}').Show([${toasts}.ToastNotification]::new($toast))`,
  ].join('\n');
}

const toasts = 'Windows.UI.Notifications';
/** Windows shows what comes from a program that it knows. */
const sender = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe';

function encode(text: string, encoding: 'utf8' | 'utf16le'): string {
  return Buffer.from(text, encoding).toString('base64');
}

/** Bubbles of Linux understand a little HTML. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
