import type { ChatMessage, ChatReply, ChatRequest, ModelFacts, TokenUsage } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { readDiff } from '../domain/read-diff.ts';
import type { FindingCategory } from '../domain/review.ts';
import type { ChatModel, Reviewer, ReviewRequest } from '../ports.ts';
import { placeFindings } from './findings.ts';
import { parseVerdict, type Opinion } from './parse-verdict.ts';
import { reviewPrompt, verdictSchema } from './prompt.ts';

export type ReviewerOptions = {
  model: ChatModel;
  checkFor: readonly FindingCategory[];
  /** A new unguessable word for every call. */
  nonce: () => string;
  /** Tokens of the window that models are loaded with; null: whatever the model allows. */
  contextLength: number | null;
  /** Told why an answer was not accepted. */
  log?: (message: string) => void;
};

/** Tokens kept free for the answer, and asked for at most. */
const answerRoom = 4096;
/** Bytes of code that make a token, on the safe side. */
const bytesPerToken = 3.2;
const mostTries = 2;

/**
 * One verdict on exactly one tree, by one structured call. An answer that is no verdict is asked for once more; then
 * the review has failed. A change that the model could not see whole is not reviewed at all.
 */
export function createReviewer(options: ReviewerOptions): Reviewer {
  return {
    async review(request, signal) {
      const facts = await options.model.facts(request.model, signal);
      const { opinion, usage } = await askForOpinion(request, facts, options, signal);
      return {
        tree: request.change.tree,
        model: request.model,
        summary: opinion.summary,
        findings: placeFindings(opinion.findings, readDiff(request.change.diff)),
        usage,
      };
    },
  };
}

async function askForOpinion(
  request: ReviewRequest,
  facts: ModelFacts,
  options: ReviewerOptions,
  signal: AbortSignal,
): Promise<{ opinion: Opinion; usage: TokenUsage }> {
  let usage: TokenUsage = { input: 0, output: 0 };
  let refused: Refused | null = null;
  for (let tries = 0; tries < mostTries; tries++) {
    const nonce = options.nonce();
    const messages = withComplaint(reviewPrompt(request, { checkFor: options.checkFor, nonce }), refused);
    refuseTooLarge(request, messages, windowOf(facts, options));
    const answer = await ask(
      options.model,
      chatRequest(request, facts, { messages, nonce, refused }),
      signal,
    );
    if ('usage' in answer)
      usage = { input: usage.input + answer.usage.input, output: usage.output + answer.usage.output };
    const opinion = 'problem' in answer ? answer : readReply(answer, nonce);
    if (!('problem' in opinion)) return { opinion, usage };
    options.log?.(`The verdict of ${request.model} was not accepted: ${opinion.problem}.`);
    refused = opinion;
  }
  throw new Failure(
    'REVIEW_FAILED',
    `The reviewer ${request.model} gave no valid verdict in ${mostTries} tries; of its last answer: ${refused?.problem ?? 'nothing'}.`,
  );
}

/** Why an answer did not count; `plain` when the server would not take the schema. */
type Refused = { problem: string; plain?: boolean };

function readReply(reply: ChatReply, nonce: string): Opinion | Refused {
  if (reply.finish === 'length') return { problem: 'it was cut off at its length limit' };
  return parseVerdict(reply.text, nonce);
}

/** A failure that another answer could mend is a refused answer; every other one passes through. */
async function ask(
  model: ChatModel,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<ChatReply | Refused> {
  try {
    return await model.chat(request, signal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    switch (error.code) {
      case 'MODEL_EMPTY_ANSWER':
        return { problem: 'it was empty' };
      case 'MODEL_BAD_REQUEST':
        return { problem: `the server refused the request (${error.message})`, plain: true };
      case 'MODEL_CONTEXT_OVERFLOW':
        throw tooLarge(request.model, error.message, error);
      default:
        throw error;
    }
  }
}

function chatRequest(
  request: ReviewRequest,
  facts: ModelFacts,
  call: { messages: ChatMessage[]; nonce: string; refused: Refused | null },
): ChatRequest {
  return {
    model: request.model,
    messages: call.messages,
    ...(call.refused?.plain === true ? {} : { format: verdictSchema(call.nonce) }),
    temperature: 0,
    maxOutputTokens: answerRoom,
    // A schema together with thinking gives empty answers on some servers.
    ...(facts.capabilities.includes('thinking') ? { think: false } : {}),
  };
}

function withComplaint(messages: ChatMessage[], refused: Refused | null): ChatMessage[] {
  if (refused === null || refused.plain === true) return messages;
  const complaint = `An earlier answer was not accepted: ${refused.problem}. Answer exactly in the form asked for.`;
  return [...messages, { role: 'user', content: complaint }];
}

function windowOf(facts: ModelFacts, { contextLength }: ReviewerOptions): number {
  return Math.min(facts.contextLength ?? Number.POSITIVE_INFINITY, contextLength ?? Number.POSITIVE_INFINITY);
}

function refuseTooLarge(request: ReviewRequest, messages: readonly ChatMessage[], window: number): void {
  const bytes = messages.reduce((sum, message) => sum + new TextEncoder().encode(message.content).length, 0);
  const tokens = Math.ceil(bytes / bytesPerToken) + answerRoom;
  if (tokens > window) {
    throw tooLarge(
      request.model,
      `it needs about ${tokens} tokens with the answer, and the window has ${window}`,
    );
  }
}

function tooLarge(model: string, why: string, cause?: unknown): Failure {
  const message = `The diff is too large for the window of the reviewer ${model}: ${why}. A part of a change is never reviewed for the whole.`;
  return new Failure('REVIEW_FAILED', message, { cause });
}
