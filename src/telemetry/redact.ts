export type Redact = (text: string) => string;

/** What stands where a secret stood. */
export const redacted = '[redacted]';

/** Shorter secrets are left alone: replacing "test" everywhere would make the log unreadable and protect nothing. */
const shortestSecret = 6;

/**
 * Replaces the given secrets, in every spelling they take on the way into a log, and whatever has the shape of a
 * secret we were never told. Linear in the length of the text, whatever the text.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const exact = exactPattern(secrets);
  return (text) => {
    const known = exact === null ? text : text.replace(exact, redacted);
    return shapes.reduce((seen, [shape, replacement]) => seen.replace(shape, replacement), known);
  };
}

/** Field names whose value is a secret whatever it looks like. */
export function isSecretName(name: string): boolean {
  return /^(?:proxy-)?authorization$|^(?:set-)?cookie$|^passw(?:or)?d$|^(?:client|webhook)?[-_]?secret$|^(?:access|auth|api|refresh)?[-_]?token$|^(?:x-)?api[-_]?key$|^private[-_]?key$/i.test(
    name,
  );
}

function exactPattern(secrets: readonly string[]): RegExp | null {
  const spellings = new Set(
    secrets
      .flatMap((secret) => [secret.trim(), ...secret.split(/\r?\n/).map((line) => line.trim())])
      .filter((secret) => secret.length >= shortestSecret)
      .flatMap(spellingsOf),
  );
  if (spellings.size === 0) return null;
  // Longest first: a spelling that begins another one must not leave the rest of it behind.
  const longestFirst = [...spellings].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map(asPattern).join('|'), 'g');
}

function asPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function spellingsOf(secret: string): string[] {
  const text = secret.toWellFormed();
  const escaped = JSON.stringify(text).slice(1, -1);
  const percent = encodeURIComponent(text);
  const hex = Buffer.from(text).toString('hex');
  return [
    secret,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams([['', text]]).toString().slice(1),
    hex,
    hex.toUpperCase(),
    ...base64SpellingsOf(text),
  ];
}

/**
 * Base64 of a text that has the secret somewhere inside (`user:SECRET`): three alignments, each without the
 * characters at its ends that also depend on the neighbours.
 */
function base64SpellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const sharesLast = (offset + bytes.length) % 3 !== 0;
    const inner = whole.slice(offset === 0 ? 0 : offset + 1, sharesLast ? -1 : undefined);
    if (inner.length < shortestSecret) return [];
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Every repetition is bounded, or starts only at the edge of a word, so that no text makes one of them quadratic. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|[\s\S]*$)/g,
    redacted,
  ],
  [/github_pat_[A-Za-z0-9_]{20,}/g, redacted],
  [/gh[pousr]_[A-Za-z0-9_]{20,}/g, redacted],
  [/glpat-[A-Za-z0-9_-]{20,}/g, redacted],
  [/xox[abeoprs]-[A-Za-z0-9-]{10,}/g, redacted],
  [/(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{16,}/g, redacted],
  [/(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,}/g, redacted],
  [/AIza[A-Za-z0-9_-]{35}/g, redacted],
  [/(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/g, redacted],
  [
    /(?:(?<![A-Za-z0-9_-])|(?<=%[0-9A-Fa-f]{2}))eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
    redacted,
  ],
  [/(:\/\/|%3A%2F%2F)(?!git@)[^\s/?#@"'<>]{1,512}@/gi, `$1${redacted}@`],
  [/\b(bearer)(\s{1,8}|%20|\+)[A-Za-z0-9._~+/=%-]{8,}/gi, `$1$2${redacted}`],
  [/\b(basic)(\s{1,8}|%20|\+)[A-Za-z0-9+/_-]{16,}={0,2}/gi, `$1$2${redacted}`],
];
