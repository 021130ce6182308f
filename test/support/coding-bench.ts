import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createCoder } from '../../src/agent/coder.ts';
import type { CapturedTree } from '../../src/domain/change.ts';
import type { ModelFacts } from '../../src/domain/chat.ts';
import type { Task } from '../../src/domain/run.ts';
import type {
  ChatModel,
  CodingJob,
  CodingOutcome,
  CodingSession,
  CommandOrder,
  Workspace,
} from '../../src/ports.ts';
import { runCommand } from '../../src/workspace/command.ts';
import { scriptedModel, type ScriptedAnswer, type ScriptedModel } from './scripted-model.ts';

export type PlainWorkspace = Workspace & { commands: CommandOrder[] };

/** A directory with files that runs commands for real; what it captured since it was made is told by comparing files. */
export async function plainWorkspace(
  directory: string,
  files: Record<string, string> = {},
): Promise<PlainWorkspace> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  const commands: CommandOrder[] = [];
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: directory, CI: '1' };
  return {
    directory,
    base: { branch: 'main', sha: '0'.repeat(40) },
    commands,
    capture: () => captureFiles(directory, files),
    restore: () => Promise.resolve(),
    run: (order, signal) => {
      commands.push(order);
      return runCommand({ ...order, cwd: directory, env, maxOutput: 100_000 }, signal);
    },
    close: () => Promise.resolve(),
  };
}

/** Which of the first files differ now; enough for a coder that asks whether anything changed. */
async function captureFiles(directory: string, files: Record<string, string>): Promise<CapturedTree> {
  const changed = [];
  for (const [path, before] of Object.entries(files)) {
    const now = await readFile(join(directory, path), 'utf8').catch(() => null);
    if (now === before) continue;
    const status = now === null ? ('deleted' as const) : ('modified' as const);
    changed.push({ path, status, oldMode: '100644', newMode: '100644', added: 1, removed: 1, binary: false });
  }
  return { tree: '1'.repeat(40), diff: '', files: changed };
}

export const greetTask: Task = {
  id: 'task-1',
  title: 'Say hello',
  brief: 'Change the greeting in src/greet.js from Hi to Hello.',
  criteria: ['greet returns Hello'],
  notes: '',
};

export const greetFiles = {
  'package.json': '{ "type": "module" }\n',
  'src/greet.js': "export function greet(name) {\n  return 'Hi ' + name;\n}\n",
  'README.md': '# Greeter\n',
};

export type CodingBench = {
  model: ScriptedModel;
  workspace: PlainWorkspace;
  steps: { step: number; action: string; detail: string }[];
  session: CodingSession;
  work: (feedback?: string | null) => Promise<CodingOutcome>;
  read: (path: string) => Promise<string>;
};

export type BenchOptions = {
  files?: Record<string, string>;
  facts?: Partial<ModelFacts>;
  contextLength?: number;
  job?: Partial<CodingJob>;
};

/** A coder at a real directory with a model that answers as the test says. */
export async function codingBench(
  directory: string,
  answers: ScriptedAnswer[],
  options: BenchOptions = {},
): Promise<CodingBench> {
  const model = scriptedModel(answers, options.facts);
  const bench = await coderAt(directory, model, options);
  return { ...bench, model };
}

export async function coderAt(
  directory: string,
  model: ChatModel,
  { files = greetFiles, contextLength = 16_384, job = {} }: BenchOptions,
): Promise<Omit<CodingBench, 'model'>> {
  const workspace = await plainWorkspace(directory, files);
  const steps: CodingBench['steps'] = [];
  const session = createCoder({ model, contextLength }).begin({
    task: greetTask,
    workspace,
    model: 'ollama/coder:7b',
    protocol: 'auto',
    maxSteps: null,
    onStep: (step) => steps.push(step),
    onText: () => undefined,
    ...job,
  });
  const signal = new AbortController().signal;
  return {
    workspace,
    steps,
    session,
    work: (feedback = null) => session.work(feedback, signal),
    read: (path) => readFile(join(directory, path), 'utf8'),
  };
}

/** What a model that can call tools has. */
export const withTools = { capabilities: ['completion', 'tools'] };

/** An answer that calls tools. */
export function calls(...all: [name: string, args: Record<string, unknown>][]) {
  const toolCalls = all.map(([name, args], index) => ({ id: `call_${index}`, name, arguments: args }));
  return { toolCalls, finish: 'tools' as const };
}
