import type { Log } from './log.ts';

/** A log that its first line opens: who has nothing to write down needs no logger, and no files. */
export function logWhenNeeded(open: () => Promise<Log>): Log {
  let opened: Promise<Log> | null = null;
  return {
    write(entry) {
      opened = (opened ?? open()).then((log) => {
        log.write(entry);
        return log;
      });
    },
    async close() {
      await (await opened)?.close();
    },
  };
}
