import type { Project } from './make-project.ts';
import type { Engine } from './open-engine.ts';
import type { Screen } from './screen.ts';

/** The first thing a newcomer reads: whether a model takes part in what follows. */
export function sayWhoAnswers({ model, url, reason }: Engine, { paint, line }: Screen): void {
  if (model !== null) {
    line(`${paint('good', 'a real model is used:')} ${paint('strong', model)} at ${url}`);
    line('What it does is its own; a small one may need minutes and may fail.');
    return;
  }
  line(paint('warn', 'no model was used: prepared answers'));
  line(reason);
  line(
    "A bundled server stands in for a model: it speaks Ollama's wire protocol and gives answers that were",
  );
  line(
    'written beforehand for exactly these tickets. Everything else is real: the daemon, git, the tests, the',
  );
  line(
    'guards, the pull requests. With Ollama and a model (`ollama pull qwen2.5-coder:7b`) the same tickets go',
  );
  line(
    'to that model. The mechanical one, task-5, takes the fast path, which needs no model in either case.',
  );
}

type Left = { engine: Engine; project: Project; url: string };

/** Where everything lies, and how to look around. */
export function sayFarewell({ engine, project, url }: Left, { paint, line, heading, elapsed }: Screen): void {
  const { home, root, command } = project;
  line(`${elapsed()} in all. The server was at ${url} (/health, /metrics, /api/stats); it is stopped.`);
  heading('Look around');
  line(`  git -C ${root} log --oneline --graph --all`);
  line(`  ls ${root}/backlog/*`);
  for (const args of ['status', 'show task-2 --diff', 'merge task-2']) line(`  ${command} ${args}`);
  line(`  rm -r ${home}`);
  if (engine.model === null) line(`\n${paint('warn', 'no model was used: prepared answers')}`);
}
