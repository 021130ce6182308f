import { reviewWishes } from '../domain/ticket.ts';
import type { Budget, ReviewWish, TicketWishes } from '../domain/ticket.ts';
import { textOf } from './field-values.ts';
import { snakeCase } from './ticket-keys.ts';
import type { OwnKey } from './ticket-keys.ts';

/**
 * What the front matter asks of its own run. Only these keys are looked at; a value of the wrong kind is left out
 * with a warning. Names are checked by their look here, and against the configuration when the run is planned.
 */
export function readWishes(data: Record<string, unknown>): { wishes: TicketWishes; warnings: string[] } {
  const warnings: string[] = [];
  const take = <Value>(key: OwnKey, read: Read<Value>, expected: string): { [name in string]?: Value } => {
    const value = ownValue(data, key);
    if (value == null) return {};
    const taken = read(value);
    if (taken === undefined) warnings.push(ignored(key, value, expected));
    return taken === undefined ? {} : { [key]: taken };
  };
  const budget = readBudget(ownValue(data, 'budget'));
  const wishes: TicketWishes = {
    suggestedModels: [],
    ...take('model', named(modelName), 'the id of one configured model, such as ollama/qwen3-coder'),
    ...take('suggestedModels', listed(modelName), 'a list of ids of configured models'),
    ...take('modelPreference', named(label), 'fast, balanced, capable or the name of a model profile'),
    ...take('agent', named(label), 'the name of an agent'),
    ...take('repo', named(label), 'a name from "repositories" in the configuration'),
    ...take('base', named(isBranch), 'the name of a branch'),
    ...take('checks', listed(checkName), 'a list of names from "checks" in the configuration'),
    ...take('review', asReview, `one of ${reviewWishes.join(', ')}`),
    ...take('estimatedHours', (value) => (isAmount(value) ? value : undefined), 'a number of hours'),
    ...(Object.keys(budget.taken).length > 0 && { budget: budget.taken }),
  };
  return { wishes, warnings: [...warnings, ...budget.warnings] };
}

/** The value of a key of ours in either spelling. */
export function ownValue(data: Record<string, unknown>, key: OwnKey): unknown {
  const name = [key, snakeCase(key)].find((spelling) => Object.hasOwn(data, spelling));
  return name === undefined ? undefined : data[name];
}

type Read<Value> = (value: unknown) => Value | undefined;
type Look = (text: string) => boolean;

const label: Look = (text) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
const checkName: Look = (text) => /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/.test(text);
const modelName: Look = (text) =>
  /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/.test(text) && !/\/\/|\.\./.test(text);
const isBranch: Look = (text) =>
  /^[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}$/.test(text) && !/\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(text);

function named(look: Look): Read<string> {
  return (value) => (typeof value === 'string' && look(value) ? value : undefined);
}

function listed(look: Look): Read<string[]> {
  return (value) => {
    const names = Array.isArray(value) ? value.map(named(look)) : [undefined];
    return names.every((name) => name !== undefined) ? names : undefined;
  };
}

function asReview(value: unknown): ReviewWish | undefined {
  return reviewWishes.find((wish) => wish === value);
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

const budgetRules: Record<keyof Budget, (value: number) => boolean> = {
  usd: () => true,
  tokens: (value) => Number.isSafeInteger(value) && value > 0,
  minutes: (value) => value > 0,
  attempts: (value) => Number.isSafeInteger(value) && value > 0,
};

function readBudget(value: unknown): { taken: Partial<Budget>; warnings: string[] } {
  if (value == null) return { taken: {}, warnings: [] };
  const expected = 'a map of usd, tokens, minutes, attempts to positive numbers';
  if (typeof value !== 'object' || Array.isArray(value)) {
    return { taken: {}, warnings: [ignored('budget', value, expected)] };
  }
  const taken: Partial<Budget> = {};
  const warnings: string[] = [];
  for (const [key, amount] of Object.entries(value)) {
    const rule = Object.hasOwn(budgetRules, key) ? (key as keyof Budget) : undefined;
    if (rule !== undefined && isAmount(amount) && budgetRules[rule](amount)) taken[rule] = amount;
    else warnings.push(ignored(`budget.${key}`, amount, expected));
  }
  return { taken, warnings };
}

function ignored(key: string, value: unknown, expected: string): string {
  return `${key} is ${shown(value)}, expected ${expected}; ignored`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : JSON.stringify(textOf(value).slice(0, 80));
}
