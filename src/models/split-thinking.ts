const opening = /^\s*<(think|thinking)>/;

/**
 * Takes a model's reasoning out of an answer that carries it in tags. Only tags at the very start count: further on
 * they may be part of the code the model writes. An unclosed tag makes all of it reasoning.
 */
export function splitThinking(content: string): { text: string; thinking: string } {
  const thoughts: string[] = [];
  let text = content;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const [thought, rest] = cutAt(text.slice(match[0].length), `</${match[1] ?? ''}>`);
    thoughts.push(thought);
    text = rest;
  }
  if (thoughts.length === 0) return splitUnopened(content);
  return { text: text.trimStart(), thinking: joined(thoughts) };
}

/** Some chat templates write the opening tag into the prompt, so that only the closing one comes back. */
function splitUnopened(content: string): { text: string; thinking: string } {
  const closing = /^<\/think(?:ing)?>[ \t]*$/m.exec(content);
  const before = closing === null ? '' : content.slice(0, closing.index);
  if (closing === null || /<think(?:ing)?>|^```/m.test(before)) return { text: content, thinking: '' };
  return {
    text: content.slice(closing.index + closing[0].length).trimStart(),
    thinking: before.trim(),
  };
}

function cutAt(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}

function joined(thoughts: string[]): string {
  return thoughts
    .map((thought) => thought.trim())
    .filter((thought) => thought !== '')
    .join('\n\n');
}
