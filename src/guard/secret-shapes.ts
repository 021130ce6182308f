/** Where something secret stands in a text, and what kind of thing it looks like. Never the thing itself. */
export type Trace = { start: number; end: number; kind: string };

/** Shapes that say by themselves whose secret it is. The random part is the first group, or the whole. */
const shapes: readonly { kind: string; shape: RegExp }[] = [
  { kind: 'a GitHub token', shape: /\bgh[pousr]_([A-Za-z0-9]{36,255})\b/g },
  { kind: 'a GitHub token', shape: /\bgithub_pat_([A-Za-z0-9_]{50,255})\b/g },
  { kind: 'a GitLab token', shape: /\bglpat-([\w-]{20,100})/g },
  { kind: 'an AWS access key', shape: /\b(?:AKIA|ASIA)([A-Z2-7]{16})\b/g },
  { kind: 'a Slack token', shape: /\bxox[abeoprs]-(\d[\w-]{20,200})/g },
  { kind: 'a Slack webhook', shape: /hooks\.slack\.com\/services\/(T\w{6,20}\/B\w{6,20}\/\w{16,40})/g },
  { kind: 'a Discord webhook', shape: /discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/([\w-]{60,80})/g },
  { kind: 'an Anthropic key', shape: /\bsk-ant-([\w-]{24,200})/g },
  { kind: 'an OpenRouter key', shape: /\bsk-or-v1-([0-9a-f]{64})\b/g },
  { kind: 'an OpenAI key', shape: /\bsk-(?:proj-|svcacct-)?([A-Za-z0-9_]{32,200})/g },
  { kind: 'a Google key', shape: /\bAIza([\w-]{35})/g },
  { kind: 'a Google OAuth secret', shape: /\bGOCSPX-([\w-]{28})/g },
  { kind: 'a Stripe key', shape: /\b[rs]k_live_([A-Za-z0-9]{20,200})/g },
  { kind: 'a Stripe webhook secret', shape: /\bwhsec_([A-Za-z0-9]{32,80})/g },
  { kind: 'a Hugging Face token', shape: /\bhf_([A-Za-z0-9]{34,60})\b/g },
  { kind: 'an npm token', shape: /\bnpm_([A-Za-z0-9]{36})\b/g },
  { kind: 'a PyPI token', shape: /\bpypi-(AgE[\w-]{50,300})/g },
  { kind: 'a SendGrid key', shape: /\bSG\.([\w-]{22}\.[\w-]{43})/g },
  { kind: 'a Twilio key', shape: /\bSK([0-9a-f]{32})\b/g },
  { kind: 'a DigitalOcean token', shape: /\bdo[opr]_v1_([0-9a-f]{64})\b/g },
  { kind: 'a Telegram bot token', shape: /\b\d{8,10}:(AA[\w-]{33})\b/g },
  { kind: 'an Azure storage key', shape: /\bAccountKey=([A-Za-z0-9+/]{86}==)/g },
  { kind: 'a JSON web token', shape: /\beyJ[\w-]{10,1000}\.eyJ[\w-]{10,4000}\.([\w-]{20,1000})/g },
  { kind: 'a Mailgun key', shape: /\bkey-([0-9a-f]{32})\b/g },
  { kind: 'a Replicate token', shape: /\br8_([A-Za-z0-9]{37})\b/g },
  { kind: 'an xAI key', shape: /\bxai-([A-Za-z0-9]{70,90})\b/g },
  { kind: 'a Groq key', shape: /\bgsk_([A-Za-z0-9]{50,60})\b/g },
];

const keyHeader = /-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
/** Key material follows its header within so many characters, or what follows is about something else. */
const materialWithin = 500;

const secretName =
  '[\\w.-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|credential)s?[\\w-]{0,20}';
/** `password = "…"`, `"api_key": "…"`, `SECRET_KEY=…` in a file of settings. */
const assignment = new RegExp(
  `(?<![\\w.-])["']?(${secretName})["']?\\s{0,4}(?:=>|[:=]=?|:=)\\s{0,4}(?:"([^"\\s\\\\]{8,200})"|'([^'\\s\\\\]{8,200})'|\`([^\`\\s\\\\$]{8,200})\`)`,
  'gi',
);
/** Without quotes, as in a `.env`, a YAML file or a Dockerfile. */
const setting = new RegExp(
  `^\\s{0,40}(?:- |(?:export|ENV|ARG) )?(${secretName})\\s{0,2}[:=]\\s{0,2}([^\\s"'$<{(]{8,200})$`,
  'gim',
);
/** Of a request: `Authorization: Bearer …`. */
const header = /\b(?:Bearer|Basic) {1,2}([\w+/=.~-]{20,400})/g;

/** Everything in a text that says by its shape that it is a secret. Linear in its length. */
export function findShapes(text: string): Trace[] {
  return [...findTokens(text), ...findKeys(text)];
}

/** Examples in documents say that they are some, or repeat a few characters. */
export function isReal(random: string): boolean {
  return (
    !/example|sample|dummy|placeholder|redacted|your[-_]|fake|changeme|x{6}|\.\.\.|1234567890?abc/i.test(
      random,
    ) && new Set(random).size >= 8
  );
}

function findTokens(text: string): Trace[] {
  return shapes.flatMap(({ kind, shape }) =>
    [...text.matchAll(shape)]
      .filter((match) => isReal(match[1] ?? match[0]))
      .map((match) => traceOf(match, kind)),
  );
}

/** A header with key material behind it; the bare words stand in every program that reads keys. */
function findKeys(text: string): Trace[] {
  return [...text.matchAll(keyHeader)].flatMap((match) => {
    const behind = text.slice(match.index + match[0].length, match.index + match[0].length + materialWithin);
    const material = /[A-Za-z0-9+/]{40,}/.exec(behind.replace(/\\[nr]|["'`+,\s]/g, ''))?.[0];
    return material !== undefined && isReal(material) ? [traceOf(match, 'a private key')] : [];
  });
}

/**
 * What a name says to be a secret, and looks like one. `isSettings`: also without quotes, as in a `.env`; `isTest`:
 * made-up ones stand here, so it takes more to be one.
 */
export function findAssigned(
  text: string,
  { isSettings, isTest }: { isSettings: boolean; isTest: boolean },
): Trace[] {
  const inCode = [...text.matchAll(assignment)].map((match) => ({
    match,
    value: match[2] ?? match[3] ?? match[4] ?? '',
  }));
  const inSettings = isSettings
    ? [...text.matchAll(setting)].map((match) => ({ match, value: match[2] ?? '' }))
    : [];
  const inHeaders = [...text.matchAll(header)].map((match) => ({ match, value: match[1] ?? '' }));
  return [...inCode, ...inSettings, ...inHeaders]
    .filter(({ value }) => isRandom(value, isTest ? 24 : 12))
    .map(({ match }) => traceOf(match, 'a password or key'));
}

/** Nobody chose these characters for their meaning: letters of both cases and digits, mixed, and many of them different. */
function isRandom(value: string, least: number): boolean {
  if (!isReal(value) || /^(?:https?:|\.{0,2}\/|[\w-]+\.[\w.-]+$|process\.|env\.)|\$\{|%[sd]|<|>/.test(value))
    return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  const switches = value.match(/\d(?=[A-Za-z])|[A-Za-z](?=\d)/g)?.length ?? 0;
  const isHex = /^[0-9a-f]{32,}$/i.test(value);
  return isHex || (value.length >= least && kinds >= 3 && switches >= 3 && new Set(value).size >= 10);
}

function traceOf(match: RegExpExecArray, kind: string): Trace {
  return { start: match.index, end: match.index + match[0].length, kind };
}
