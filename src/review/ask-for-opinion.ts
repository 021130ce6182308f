import type { ChatMessage, ChatReply, ChatRequest, ModelFacts, TokenUsage } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import type { ChatModel } from '../ports.ts';
import { parseVerdict, type Opinion } from './parse-verdict.ts';
import { verdictSchema } from './prompt.ts';
import { tooLarge } from './split-change.ts';

export type Question = {
  model: ChatModel;
  facts: ModelFacts;
  /** The model's id, as it was asked for. */
  name: string;
  /** A new unguessable word for every call. */
  nonce: () => string;
  write: (nonce: string) => ChatMessage[];
  /** Told why an answer was not accepted. */
  log?: (message: string) => void;
};

/** `requests` counts every call, answered well or not. */
export type Answered = { opinion: Opinion; usage: TokenUsage; requests: number };

/** Tokens kept free for the answer, and asked for at most. */
export const answerRoom = 4096;
const mostTries = 2;

/** One structured call. An answer that is no verdict is asked for once more; then the review has failed. */
export async function askForOpinion(question: Question, signal: AbortSignal): Promise<Answered> {
  let usage: TokenUsage = { input: 0, output: 0 };
  let refused: Refused | null = null;
  for (let requests = 1; requests <= mostTries; requests++) {
    const nonce = question.nonce();
    const answer = await ask(question.model, chatRequest(question, { nonce, refused }), signal);
    if ('usage' in answer)
      usage = { input: usage.input + answer.usage.input, output: usage.output + answer.usage.output };
    const opinion = 'problem' in answer ? answer : readReply(answer, nonce);
    if (!('problem' in opinion)) return { opinion, usage, requests };
    question.log?.(`The verdict of ${question.name} was not accepted: ${opinion.problem}.`);
    refused = opinion;
  }
  throw new Failure(
    'REVIEW_FAILED',
    `The reviewer ${question.name} gave no valid verdict in ${mostTries} tries; of its last answer: ${refused?.problem ?? 'nothing'}.`,
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
  { name, facts, write }: Question,
  { nonce, refused }: { nonce: string; refused: Refused | null },
): ChatRequest {
  return {
    model: name,
    messages: withComplaint(write(nonce), refused),
    ...(refused?.plain === true ? {} : { format: verdictSchema(nonce) }),
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
