import type { Task } from '../domain/run.ts';
import { cut, fence, forLine, forPrompt } from '../domain/untrusted.ts';

/** The ticket as data: `room` is the number of characters that all of it may take. */
export function describeTask(task: Task, room: number): string {
  const brief = task.brief.trim() === '' ? task.title : task.brief;
  const criteria = task.criteria.map((each) => `- ${forLine(each, 1000)}`).join('\n');
  const parts = [
    `# Task ${forLine(task.id, 100)}: ${forLine(task.title, 300)}`,
    forPrompt(brief, Math.max(400, Math.floor(room * 0.7))),
    criteria !== '' && `It is complete when:\n${forPrompt(criteria, Math.max(200, Math.floor(room * 0.2)))}`,
    task.notes.trim() !== '' && `Notes:\n${forPrompt(task.notes, Math.max(200, Math.floor(room * 0.1)))}`,
  ];
  return parts.filter((part) => part !== false).join('\n\n');
}

/** Why the change is not good enough yet. It quotes the output of commands, so it stands in a fence. */
export function describeFeedback(feedback: string, room: number): string {
  return `# Feedback on the change as it is now\n\n${fence(cut(feedback, Math.max(400, room)))}`;
}
