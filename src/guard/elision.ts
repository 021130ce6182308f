/**
 * Recognises the line that a lazy model writes instead of code. Only whole lines that are a comment, bracketed, or begin
 * with an ellipsis, and only when every word of them belongs to such a remark: comments that speak about the rest of
 * something are everyday.
 */
export function isElision(line: string): boolean {
  const remark = readRemark(line);
  if (remark === null) return false;
  const { words, isDotted } = remark;
  if (words === '' || words.length > longest) return false;
  return (
    filling.test(words) ||
    (brevity.test(words) && !/\d/.test(words)) ||
    unwritten.test(words) ||
    (rest.test(words) && (isDotted || stays.test(words))) ||
    (isDotted && same.test(words))
  );
}

/** What stands for lost code where code was lost, and may be an everyday remark elsewhere. */
export function isVagueElision(line: string): boolean {
  const remark = readRemark(line);
  if (remark === null || remark.words.length > longest) return false;
  const { words } = remark;
  return (
    rest.test(words) || same.test(words) || vague.test(words) || foreign.some((shape) => shape.test(words))
  );
}

/** A comment that is nothing but dots. */
export function isBareEllipsis(line: string): boolean {
  const remark = readRemark(line);
  return remark !== null && remark.isDotted && remark.isComment && remark.words === '';
}

const longest = 100;

const subject =
  '(?:code|file|function|functions|method|methods|class|classes|component|components|implementation|implementations|content|contents|module|logic|body|imports|exports|fields|properties|props|members|handlers|routes|tests|test cases|cases|styles|rules|config|configuration|script|markup|template|document|text|lines|sections|section|items|entries|stuff|helpers|setup)';
const owner = '(?:(?:of )?(?:the|your|this|that|its|all|any) )?';
const left =
  '(?:(?:goes |go |is |are )?here|(?:(?:is|are|was|were) )?(?:left )?(?:unchanged|untouched|unmodified|omitted|elided|truncated|the same)|(?:remains?|stays?|continues?)|(?:exactly )?(?:the )?same|(?:same )?as (?:it )?(?:before|above|original|is|was|are|were)|(?:with )?no changes?|below|above|for brevity)';

/** "rest of the code", "existing imports", "keep the other methods as they are". */
const rest = new RegExp(
  `^(?:and )?(?:(?:keep|include|insert|add|copy|retain|leave) )?${owner}(?:(?:rest|remainder) of ${owner}|(?:existing|previous|original|remaining|unchanged|other|more|same)(?: existing| original)? )(?:\\w{1,30} )?${subject}(?: ${left}){0,4}$`,
);
const stays =
  /\b(?:unchanged|untouched|unmodified|omitted|elided|truncated|the same|same as|remains?|stays?|here|as (?:before|is|it (?:is|was))|no changes?|^keep)\b|^keep /;
const same =
  /^(?:unchanged|(?:exactly )?(?:the )?same(?: as (?:before|above|the original))?|no changes?(?: here)?|(?:etc|and so on)|as before|continues?(?: (?:here|as before))?|omitted|truncated|snip(?:ped)?)$/;
const brevity = new RegExp(
  `^(?:\\w{1,30} ){0,6}(?:omitted|elided|truncated|shortened|abbreviated|snipped|skipped) for (?:brevity|clarity|conciseness|readability|simplicity)$`,
);
const filling =
  /^(?:(?:add|insert|put|write|place) )?(?:your|the actual|the rest of the|the remaining|the existing|the original) (?:\w{1,30} )?(?:code|implementation|logic)(?: goes)? here$/;
const unwritten = /^(?:code|implementation|logic) (?:goes |would go |is omitted |omitted )here$/;

const vague = new RegExp(
  `^(?:\\d+ more (?:lines?|${subject})|additional ${subject}|implement the rest|(?:rest|remainder) of (?:the )?(?:file|implementation|${subject})|${subject} (?:continues?|omitted|elided|unchanged)(?: here)?)$`,
);

/** The same in the languages that models fall into. */
const foreign: readonly RegExp[] = [
  /\b(?:rest|restliche[rns]?|übrige[rns]?|bestehende[rns]?)\b.{0,40}\b(?:code|datei|funktion\w*|methode\w*)\b/,
  /\b(?:reste|suite) (?:du|de la|des) (?:code|fichier|fonction|méthodes?)/,
  /\bresto (?:del?|do) (?:código|archivo|fichero|codice|file)/,
  /остальн\S* (?:код|част|метод|функци)|код без изменений/,
  /(?:其余|其他|剩余|原有|现有)的?(?:代码|部分|方法|函数|内容)|代码(?:保持)?不变|此处省略/,
  /(?:残り|既存)の?コード|変更なし|以下省略/,
  /(?:나머지|기존) 코드/,
];

type Remark = { words: string; isDotted: boolean; isComment: boolean };

const comment =
  /^(?:\/\/+|#+|--+|;+|%+|\/\*+|<!--|\{\/\*|\(\*|\{-|\*+|"""|'''|rem\b|@rem\b|::|\.\.)\s*(.*?)\s*(?:\*+\/\}?|-->|\*\)|-\}|"""|''')?$/i;

/** The words of a line that could be a remark, in lower case, without marks of comment, brackets and dots. */
function readRemark(line: string): Remark | null {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.length > 2 * longest) return null;
  const inner = comment.exec(trimmed)?.[1];
  const isComment = inner !== undefined && !trimmed.startsWith('...');
  const text = isComment ? inner : trimmed;
  const isDotted = /^[([{<]?\s*(?:\.{3,}|…)|(?:\.{3,}|…)\s*[)\]}>]?$/.test(text);
  const isBracketed = /^(?:\[.*\]|<.*>|\(.*\))$/.test(text);
  if (!isComment && !/^[([{<]?\s*(?:\.{3,}|…)/.test(text) && !isBracketed) return null;
  const words = text
    .toLowerCase()
    .replace(/\.{3,}|…/g, ' ')
    .replace(/[()[\]{}<>*_`"',;:!-]/g, ' ')
    .replace(/\.(?=\s|$)/g, ' ')
    .trim()
    .replace(/ {2,}/g, ' ');
  return { words, isDotted, isComment };
}
