import { Failure } from '../domain/failure.ts';
import type { Recorded } from '../domain/recording.ts';
import type { ChatModel } from '../ports.ts';
import { hashPrompt } from './record-coding.ts';
import type { Replayed } from './replay-coding.ts';

type Entry<Type extends Recorded['type']> = Extract<Recorded, { type: Type }>;

/** A recording that is played from its beginning to its end. */
export type Reel = {
  /** The next entry where it is of this type, which is then passed; else null. */
  take<Type extends Recorded['type']>(type: Type): Entry<Type> | null;
  /** Answers with what was recorded, whatever it is asked. */
  model: ChatModel;
  end(): Replayed;
};

export function openReel(recorded: readonly Recorded[]): Reel {
  let at = 0;
  let replies = 0;
  let departed: string | null = null;

  function take<Type extends Recorded['type']>(type: Type): Entry<Type> | null {
    const next = recorded[at];
    if (next?.type !== type) return null;
    at += 1;
    return next as Entry<Type>;
  }

  function ranOut(what: string): Failure {
    departed ??= `${what}, which was not recorded`;
    return new Failure('INTERRUPTED', departed);
  }

  const model: ChatModel = {
    chat(request) {
      const refused = take('coding:refused');
      const given = refused ?? take('coding:reply');
      if (given === null) return Promise.reject(ranOut(`the model is asked for answer ${replies + 1}`));
      if (given.prompt !== hashPrompt(request))
        departed ??= `the prompt for answer ${replies + 1} differs from the recorded one`;
      if (given.type === 'coding:refused') return Promise.reject(new Failure(given.code, given.message));
      replies += 1;
      return Promise.resolve(given.reply);
    },
    facts() {
      const entry = take('coding:facts');
      return entry === null
        ? Promise.reject(ranOut('the model is asked what it can do'))
        : Promise.resolve(entry.facts);
    },
  };

  return {
    take,
    model,
    end() {
      const left = recorded.slice(at).filter(({ type }) => type === 'coding:reply').length;
      if (left > 0)
        departed ??= `${left} recorded ${left === 1 ? 'answer was' : 'answers were'} not asked for`;
      return { replies, departed };
    },
  };
}
