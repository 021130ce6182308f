/**
 * A text without those of the given characters that stand at its end. For `[…]+$` a search begins anew within every run
 * of them, so that a long run in the middle of a foreign text takes minutes; this looks at each character once.
 */
export function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
