import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a page tells its reader to type: a line, or a script as a whole. */
export type DocsCommand = { text: string; pages: string[] };

const programs =
  /^(?:ticketmill|npm|npx|node|git|bash|docker|curl|grep|ollama|systemctl|journalctl|loginctl|launchctl|pm2) \S|^export [A-Z]/;

/** Every command of README, CONTRIBUTING and `docs`, each once, with the pages that show it. */
export function collectCommands(root: string): DocsCommand[] {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`)
      .sort(),
  ];
  const found = new Map<string, Set<string>>();
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8');
    for (const command of [...shownIn(text), ...namedIn(text)])
      found.set(command, (found.get(command) ?? new Set()).add(page));
  }
  return [...found].map(([text, on]) => ({ text, pages: [...on] }));
}

/** Of blocks: the lines of a shell, of a workflow, of a session with its `$`, and whole scripts. */
function shownIn(text: string): string[] {
  return [...text.matchAll(/^ *```(\w*)\n([^]*?)^ *```/gm)].flatMap(([, mark = '', block = '']) => {
    if (block.startsWith('#!')) return [block];
    if (!['', 'sh', 'yaml'].includes(mark)) return [];
    const isList = mark === '';
    return block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.replace(/^ *(?:[\d.]+ s \$ |\$ |- run: |run: )?/, '').replace(/ {2,}#.*$/, ''))
      .map((line) => (isList ? (line.split(/ {2,}/)[0] ?? '') : line.replaceAll(/ {2,}/g, ' ')).trim())
      .filter((line) => programs.test(line));
  });
}

/** Of the running text, which also names programs without telling anybody to type them: those with something to do. */
function namedIn(text: string): string[] {
  const running = text.replaceAll(/^ *```[^]*?^ *```/gm, '');
  return [...running.matchAll(/`([^`]+)`/g)]
    .map(([, code = '']) => code.replaceAll(/\s+/g, ' '))
    .filter((code) => programs.test(code));
}
