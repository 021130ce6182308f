import { addedLines, type FileDiff } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';

/** Shapes that say by themselves whose secret it is. The random part is the first group, or the whole. */
const shapes: readonly { name: string; shape: RegExp }[] = [
  { name: 'a GitHub token', shape: /\bgh[pousr]_([A-Za-z0-9]{36,255})\b/g },
  { name: 'a GitHub token', shape: /\bgithub_pat_([A-Za-z0-9_]{50,255})\b/g },
  { name: 'a GitLab token', shape: /\bglpat-([\w-]{20,100})/g },
  { name: 'an AWS access key', shape: /\b(?:AKIA|ASIA)([A-Z2-7]{16})\b/g },
  { name: 'a Slack token', shape: /\bxox[abeoprs]-(\d[\w-]{20,200})/g },
  { name: 'a Slack webhook', shape: /hooks\.slack\.com\/services\/(T\w{6,20}\/B\w{6,20}\/\w{16,40})/g },
  { name: 'an Anthropic key', shape: /\bsk-ant-([\w-]{24,200})/g },
  { name: 'an OpenRouter key', shape: /\bsk-or-v1-([0-9a-f]{64})\b/g },
  { name: 'an OpenAI key', shape: /\bsk-(?:proj-|svcacct-)?([A-Za-z0-9_]{32,200})/g },
  { name: 'a Google key', shape: /\bAIza([\w-]{35})/g },
  { name: 'a Stripe key', shape: /\b[rs]k_live_([A-Za-z0-9]{20,200})/g },
  { name: 'a Hugging Face token', shape: /\bhf_([A-Za-z0-9]{34,60})\b/g },
  { name: 'an npm token', shape: /\bnpm_([A-Za-z0-9]{36})\b/g },
  { name: 'a PyPI token', shape: /\bpypi-(AgE[\w-]{50,300})/g },
  { name: 'a SendGrid key', shape: /\bSG\.([\w-]{22}\.[\w-]{43})/g },
];

const keyHeader = /-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/;

/** Secrets in added lines. A refusal tells the kind and the place, never the secret. */
export function findSecrets({ diffs }: Inspected): Refusal[] {
  return diffs.flatMap((file) => [...findTokens(file), ...findKeys(file)]);
}

function findTokens(file: FileDiff): Refusal[] {
  return addedLines(file).flatMap(({ text, newLine }) => {
    const found = shapes.find(({ shape }) =>
      [...text.matchAll(shape)].some((match) => isReal(match[1] ?? match[0])),
    );
    return found === undefined ? [] : [refusal(found.name, file.path, newLine)];
  });
}

/** A header with key material behind it; the bare words stand in every program that reads keys. */
function findKeys(file: FileDiff): Refusal[] {
  const lines = addedLines(file);
  return lines.flatMap(({ text, newLine }, at) => {
    const header = keyHeader.exec(text);
    if (header === null) return [];
    const behind =
      text.slice(header.index + header[0].length) +
      lines
        .slice(at + 1, at + 6)
        .map((line) => `\n${line.text}`)
        .join('');
    const material = /[A-Za-z0-9+/]{40,}/.exec(behind)?.[0];
    return material !== undefined && isReal(material) ? [refusal('a private key', file.path, newLine)] : [];
  });
}

/** Examples in documents say that they are some, or repeat a few characters. */
function isReal(random: string): boolean {
  return !/example|sample|dummy|placeholder|redacted|your[-_]/i.test(random) && new Set(random).size >= 8;
}

function refusal(name: string, path: string, line: number): Refusal {
  const reason = `this line holds what looks like ${name}; take it out and read it from the environment`;
  return { code: 'GUARD_SECRET', path, line, reason };
}
