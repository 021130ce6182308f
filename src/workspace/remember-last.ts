/**
 * The same question by the same key is asked once: for answers that cannot change, such as what is in a tree. Only the
 * newest `most` are kept; an answer that failed is asked for again.
 */
export function rememberLast<Answer>(
  most: number,
  ask: (key: string) => Promise<Answer>,
): (key: string) => Promise<Answer> {
  const kept = new Map<string, Promise<Answer>>();
  return (key) => {
    const answer = kept.get(key) ?? ask(key);
    kept.delete(key);
    kept.set(key, answer);
    answer.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return answer;
  };
}
