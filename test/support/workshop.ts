import type { CapturedTree, Change } from '../../src/domain/change.ts';
import type { Made } from '../../src/domain/run.ts';
import type { ChangeOrder, Workshop } from '../../src/ports.ts';
import type { TestRepository } from './git-repository.ts';

/** How one change is made: prepared, or decided when it is ordered. A thrown error is a broken workshop. */
export type PreparedMade = Made | Error | ((order: ChangeOrder, signal: AbortSignal) => Made | Promise<Made>);

export type WorkshopDouble = Workshop & { orders: ChangeOrder[] };

/** A workshop that answers every order with what was prepared; a list is answered in turn, its last again and again. */
export function workshopDouble(prepared: PreparedMade | PreparedMade[]): WorkshopDouble {
  const answers = Array.isArray(prepared) ? [...prepared] : [prepared];
  const orders: ChangeOrder[] = [];
  return {
    orders,
    async makeChange(order, signal) {
      orders.push(order);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined) throw new Error('no change is prepared');
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(order, signal) : answer;
    },
  };
}

export const someSpending = { input: 100, output: 20, requests: 2, usd: 0 };

/** A real tree in a repository, one file different from the head of its branch, and all that was said of it. */
export async function preparedChange(
  repository: TestRepository,
  { file = 'src/greeting.ts', text = 'export const greeting = "hello";\n' } = {},
): Promise<Change> {
  const sha = await repository.git('rev-parse', 'HEAD');
  const head = await repository.commit({ [file]: text }, 'prepared');
  const tree = await repository.git('rev-parse', `${head}^{tree}`);
  const diff = `${await repository.git('diff', sha, head)}\n`;
  await repository.git('reset', '-q', '--hard', sha);
  const captured: CapturedTree = {
    tree,
    diff,
    files: [
      {
        path: file,
        status: 'added',
        oldMode: '000000',
        newMode: '100644',
        added: 1,
        removed: 0,
        binary: false,
      },
    ],
  };
  return {
    ...captured,
    base: { branch: 'main', sha },
    checks: { tree, results: [] },
    remarks: [],
    verdict: {
      tree,
      model: 'ollama/judge',
      summary: 'Looks right.',
      findings: [],
      usage: { input: 1, output: 1 },
      requests: 1,
    },
    model: 'ollama/coder',
    summary: 'Greets.',
  };
}
