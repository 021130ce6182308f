const refusals: [RegExp, string][] = [
  [
    /\bgit\b[^|;&\n]{0,60}\s(?:push|commit|reset|checkout|switch|restore|stash|clean|rebase|merge|pull|fetch|worktree|config|remote|branch|tag|add|rm|init)\b/,
    'git is done by the host: leave your change in the files',
  ],
  [/\b(?:sudo|su|doas)\s/, 'commands cannot become another user'],
  [
    /\brm\s+(?:-[a-zA-Z-]+\s+){1,4}["']?(?:\/|~|\.{1,2}\/?(?=["'\s;&|]|$)|\$HOME|\*)/,
    'it would delete too much',
  ],
  [
    /\b(?:mkfs|shutdown|reboot|poweroff|halt)\b|\bdd\s+[^|;&\n]{0,100}of=\/dev|>\s{0,4}\/dev\/(?:sd|nvme|vd)/,
    'it acts on the machine',
  ],
  [/:\s*\(\s*\)\s*\{[^}]{0,40}\|/, 'it acts on the machine'],
];

const network: [RegExp, string] = [
  /(?:^|[;&|(`\n])\s{0,20}(?:curl|wget|nc|ncat|ssh|scp|sftp|rsync|telnet|ftp)\s/,
  'there is no network here',
];

/**
 * Why a command of a model is not even tried; undefined when it may run. Saves it a turn and, where there is no sandbox,
 * its owner an accident. It is no wall against somebody who wants to get around it: that is the sandbox.
 */
export function refuseCommand(command: string, options: { network: boolean }): string | undefined {
  if (command.trim() === '') return 'the command is empty';
  if (command.length > 8000) return `the command has ${command.length} characters; at most 8000 are allowed`;
  if (command.includes('\0')) return 'the command holds a NUL character';
  const rules = options.network ? refusals : [...refusals, network];
  return rules.find(([pattern]) => pattern.test(command))?.[1];
}
