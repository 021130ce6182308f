import { Failure } from '../domain/failure.ts';
import type { ChatModel } from '../ports.ts';

/** A provider besides Ollama, as the config has it. */
export type OtherProvider = {
  name: string;
  /** The variables of which one must be set; none where it wants no key. */
  keyVariables: readonly string[];
  hasKey: boolean;
};

export type Gate = {
  providers: readonly OtherProvider[];
  /** Whether models may be used that cost money. */
  allowPaid: boolean;
};

/** The provider of an id, where it is none of Ollama's. */
export function otherProviderOf(id: string, { providers }: Gate): OtherProvider | null {
  const first = id.slice(0, Math.max(0, id.indexOf('/')));
  return providers.find(({ name }) => name === first) ?? null;
}

/** Whoever asks for a key sends a bill: its models are asked only where that is allowed. */
export function isPaid(id: string, gate: Gate): boolean {
  return (otherProviderOf(id, gate)?.keyVariables.length ?? 0) > 0;
}

/** Why a model may not be asked; null when it may. */
export function objectionTo(id: string, gate: Gate): string | null {
  const provider = otherProviderOf(id, gate);
  if (provider === null) return null;
  const { name, keyVariables, hasKey } = provider;
  const wantsKey = keyVariables.length > 0;
  if (wantsKey && !hasKey) return `${name} is off: ${keyVariables.join(' or ')} is not set.`;
  if (wantsKey && !gate.allowPaid)
    return `The use of ${name} is charged, and \`routing.allowPaid\` is false.`;
  return null;
}

/** All models behind one port: each is asked of its own provider, and one that is off of none. */
export function joinProviders(own: ChatModel, elsewhere: (id: string) => ChatModel, gate: Gate): ChatModel {
  const homeOf = (id: string): ChatModel => {
    const objection = objectionTo(id, gate);
    if (objection !== null) throw new Failure('MODEL_OFF', `${id} is not asked. ${objection}`);
    return otherProviderOf(id, gate) === null ? own : elsewhere(id);
  };
  return {
    chat: async (request, signal) => homeOf(request.model).chat(request, signal),
    facts: async (id, signal) => homeOf(id).facts(id, signal),
  };
}
