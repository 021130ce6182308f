/** A model worth beginning with; sizes in bytes. `memory`: what it takes with a window of 32768 tokens. */
export type ProposedModel = { name: string; download: number; memory: number; licence: string; for: string };

const gigabyte = 1e9;

/** From small to large. Each writes code, lies in Ollama's registry, and may be used at work by its licence. */
export const proposedModels: readonly ProposedModel[] = [
  model('qwen2.5-coder:1.5b', [1.0, 3], 'Apache-2.0', 'tiny edits, on almost any machine'),
  model('qwen2.5-coder:7b', [4.7, 8], 'Apache-2.0', 'small tickets'),
  model('qwen3:8b', [5.2, 11], 'Apache-2.0', 'small tickets, by tool calls'),
  model('qwen2.5-coder:14b', [9.0, 16], 'Apache-2.0', 'most tickets'),
  model('gpt-oss:20b', [14, 18], 'Apache-2.0', 'most tickets, by tool calls'),
  model('qwen3-coder:30b', [19, 24], 'Apache-2.0', 'most tickets, by tool calls, and fast for its size'),
  model('qwen2.5-coder:32b', [20, 30], 'Apache-2.0', 'hard tickets, slowly'),
];

/** Those that fit into so many bytes of memory beside everything else, the most able first. */
export function modelsThatFit(memory: number): ProposedModel[] {
  return proposedModels.filter((each) => each.memory <= memory * usable).toReversed();
}

/** The rest is for the system, the editor and the checks. */
const usable = 0.75;

/** `qwen3:8b  5.2 GB to fetch, 11 GB of memory, Apache-2.0: small tickets, by tool calls`. */
export function describeProposed({ name, download, memory, licence, for: use }: ProposedModel): string {
  const sizes = `${(download / gigabyte).toFixed(1)} GB to fetch, ${Math.round(memory / gigabyte)} GB of memory`;
  return `${name}  ${sizes}, ${licence}: ${use}`;
}

function model(
  name: string,
  [download, memory]: readonly [number, number],
  licence: string,
  use: string,
): ProposedModel {
  return { name, download: download * gigabyte, memory: memory * gigabyte, licence, for: use };
}
