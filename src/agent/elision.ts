/** Whether a line is nothing but a comment that stands for code left out: `// ... rest of the code ...`. */
export function isElision(line: string): boolean {
  if (line.length > 200) return false;
  const comment = commentText(line.trim());
  if (comment === undefined) return false;
  if (/^(?:\.{3,}|…)$/.test(comment)) return true;
  const bare = comment.replace(/^[\s.…([<{-]+|[\s.…)\]>}!-]+$/g, '').toLowerCase();
  const hasDots = /^(?:\.{3}|…|[[(<])|(?:\.{3}|…|[\])>])$/.test(comment);
  return leftOut.test(bare) || (hasDots && leftOutWithDots.test(bare));
}

/** The first line that stands for left-out code and that the old text does not hold. */
export function findNewElision(
  fresh: readonly string[],
  old: readonly string[],
): { line: number; text: string } | undefined {
  const line = fresh.findIndex(isElision);
  if (line < 0) return undefined;
  const known = new Set(old.map((each) => each.trim()));
  const index = fresh.findIndex((each) => isElision(each) && !known.has(each.trim()));
  return index < 0 ? undefined : { line: index + 1, text: (fresh[index] ?? '').trim() };
}

/** The text of a line that is a comment as a whole, in the comment marks of the common languages. */
function commentText(line: string): string | undefined {
  const opened = /^(?:\/\/+|#+|--+|;+|%+|\/\*+|<!--|\{\/\*+|\*|'{3}|"{3}|REM )(.*)$/.exec(line)?.[1];
  return opened?.replace(/(?:\*+\/\}?|-->|'{3}|"{3})$/, '').trim();
}

const what =
  '(?:code|file|functions?|methods?|class|classes|implementation|logic|contents?|component|module|imports|script|tests?|body|lines?|config(?:uration)?|styles?|properties|fields|routes|handlers|section|document|text)';

const stays =
  '(?:(?:goes )?here|remains?|stays?|is|are|continues?|unchanged|omitted|the same|as (?:is|before)|above|below)';

/** Says by itself that something was left out. */
const leftOut = new RegExp(
  [
    `^(?:the )?(?:rest|remainder|remaining part) of (?:the |your |this |my )?(?:\\w+ ){0,3}${what}`,
    `^(?:the |your )?(?:existing|remaining|previous|other|unchanged|original) (?:\\w+ ){0,2}${what}(?: ${stays}){1,4}$`,
    '^(?:the |your )?(?:existing|remaining|unchanged|omitted) (?:code|implementation|logic|contents?)$',
    `^(?:the |your )?${what}(?: ${stays}){2,4}$`,
    '^(?:same as (?:before|above|original)|no changes?(?: here| needed)|keep (?:the )?(?:existing|rest|remaining).*|snip)$',
    '^(?:the )?(?:rest|remaining|everything else) (?:remains?|stays?|is|are) (?:the same|unchanged)',
    '^your (?:existing )?(?:code|implementation|logic) (?:goes )?here$',
  ].join('|'),
);

/** Says so together with dots or brackets around it. */
const leftOutWithDots =
  /^(?:the )?(?:rest|remaining|remainder|existing|previous|other|more|same|unchanged|omitted|as before|etc|and so on|continue[sd]?|keep|additional|similar|code)\b/;
