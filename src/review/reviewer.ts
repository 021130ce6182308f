import type { ModelFacts } from '../domain/chat.ts';
import { readDiff } from '../domain/read-diff.ts';
import type { FindingCategory, Verdict } from '../domain/review.ts';
import type { ChatModel, Reviewer, ReviewRequest } from '../ports.ts';
import { answerRoom, askForOpinion, type Answered } from './ask-for-opinion.ts';
import { placeFindings } from './findings.ts';
import { reviewPrompt } from './prompt.ts';
import { countTokens, splitChange, type Part } from './split-change.ts';

export type ReviewerOptions = {
  model: ChatModel;
  checkFor: readonly FindingCategory[];
  /** A new unguessable word for every call. */
  nonce: () => string;
  /** Tokens of the window that a model is loaded with; null: whatever it allows. */
  contextLength: (model: string) => number | null;
  /** Told why an answer was not accepted. */
  log?: (message: string) => void;
};

/** For what the estimate of a prompt's length does not know: message frames, a complaint about an answer. */
const spare = 200;

/**
 * One verdict on exactly one tree. A change that does not fit the window is seen in parts, file by file, and every
 * part must have its own valid verdict: a change that no model saw whole is not reviewed at all.
 */
export function createReviewer(options: ReviewerOptions): Reviewer {
  const { model, checkFor, nonce, log } = options;
  return {
    async review(request, signal) {
      const facts = await model.facts(request.model, signal);
      const parts = splitForWindow(request, facts, options);
      const answers: Answered[] = [];
      for (const part of parts) {
        const write = (word: string) => reviewPrompt(request, part, { checkFor, nonce: word });
        const question = { model, facts, name: request.model, nonce, write };
        answers.push(await askForOpinion(log === undefined ? question : { ...question, log }, signal));
      }
      return mergeAnswers(request, answers);
    },
  };
}

/** Whole when it fits: the list of the other parts' files takes room only where there are other parts. */
function splitForWindow(request: ReviewRequest, facts: ModelFacts, options: ReviewerOptions): Part[] {
  const { diff } = request.change;
  const roomWith = (otherFiles: string[]) => {
    const around = { diff: '', number: 1, of: otherFiles.length + 1, otherFiles };
    const messages = reviewPrompt(request, around, { checkFor: options.checkFor, nonce: '0'.repeat(36) });
    const used = messages.reduce((sum, { content }) => sum + countTokens(content), answerRoom + spare);
    return { tokens: Math.floor(windowOf(request.model, facts, options) - used), model: request.model };
  };
  const whole = roomWith([]);
  if (countTokens(diff) <= whole.tokens) return splitChange(diff, whole);
  return splitChange(diff, roomWith(readDiff(diff).map(({ path }) => path)));
}

function windowOf(model: string, facts: ModelFacts, { contextLength }: ReviewerOptions): number {
  const unbounded = Number.MAX_SAFE_INTEGER;
  return Math.min(facts.contextLength ?? unbounded, contextLength(model) ?? unbounded);
}

/** Nothing that a part's verdict says is weighed against another's: findings add up, in the order of the files. */
function mergeAnswers({ change, model }: ReviewRequest, answers: readonly Answered[]): Verdict {
  const summaries = answers.map(({ opinion }, index) =>
    answers.length === 1 ? opinion.summary : `Part ${index + 1} of ${answers.length}: ${opinion.summary}`,
  );
  const sum = (count: (answer: Answered) => number) =>
    answers.reduce((total, answer) => total + count(answer), 0);
  return {
    tree: change.tree,
    model,
    summary: summaries.join('\n'),
    findings: placeFindings(
      answers.flatMap(({ opinion }) => opinion.findings),
      readDiff(change.diff),
    ),
    usage: { input: sum(({ usage }) => usage.input), output: sum(({ usage }) => usage.output) },
    requests: sum(({ requests }) => requests),
  };
}
