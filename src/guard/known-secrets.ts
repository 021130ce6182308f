/** Looks for secrets that we know, however they are spelled. Says where: the offset of the first trace of one. */
export type FindKnown = (text: string) => number | null;

/** Shorter ones are words that stand in every program. */
const shortest = 8;
/** A secret cut to pieces shows in pieces; smaller ones are no sign of anything. */
const piece = 6;
/** From this length and variety on, a secret is no text that other people write in parts. */
const longEnough = 16;
const variedEnough = 9;
/** Share of a secret that must be there for its pieces to be more than chance. */
const enough = 0.7;

/**
 * Compares only letters and digits, so that quotes, line breaks and plus signs between the parts of a secret make no
 * difference: as it is, backwards, in base64, base32, hexadecimal, octal, decimal and percent codes, with its letters
 * turned by any number; a long one in capitals too, and letter by letter, as long as those stand in their order.
 */
export function knownSecretFinder(secrets: readonly string[]): FindKnown {
  const wanted = secrets.map((secret) => secret.trim()).filter((secret) => secret.length >= shortest);
  const long = wanted.filter((secret) => secret.length >= longEnough && new Set(secret).size >= variedEnough);
  const needles = needlesOf([...wanted.flatMap(spellingsOf), ...long.flatMap(rotations)]);
  const folded = needlesOf(long.flatMap((secret) => [secret, backwards(secret)])).map(fold);
  const torn = long
    .flatMap((secret) => [secret, backwards(secret), toBase64(secret), toHex(secret)])
    .map(squeeze);
  return (text) => {
    if (needles.length === 0) return null;
    const views = [/[A-Za-z0-9]/g, singleLetters, smallNumbers].map((parts) => viewOf(text, parts));
    const found = views.flatMap(({ text: seen, offsetOf }) =>
      [...placesOf(needles, seen), ...placesOf(folded, fold(seen))].map(offsetOf),
    );
    if (found.length > 0) return Math.min(...found);
    const [squeezed] = views;
    const pieces = torn.map((secret) => findPieces(squeezed?.text ?? '', secret)).filter((at) => at !== null);
    return pieces.length === 0 ? null : (squeezed?.offsetOf(Math.min(...pieces)) ?? 0);
  };
}

/** Literals of one letter, and of one byte: whatever stands between them. */
const singleLetters = /(?<=(["'`]))[A-Za-z0-9](?=\1)/g;
const smallNumbers = /(?<![\w.])\d{1,3}(?![\w.])/g;

function needlesOf(spellings: readonly string[]): string[] {
  return [...new Set(spellings.map(squeeze))].filter((needle) => needle.length >= shortest);
}

function placesOf(needles: readonly string[], text: string): number[] {
  return needles.map((needle) => text.indexOf(needle)).filter((at) => at !== -1);
}

/** Where the first piece stands of a secret most of which is there, in whatever order; null when it is not. */
function findPieces(text: string, secret: string): number | null {
  const covered = new Set<number>();
  let first: number | null = null;
  for (let at = 0; at + piece <= secret.length; at++) {
    const found = text.indexOf(secret.slice(at, at + piece));
    if (found === -1) continue;
    first = Math.min(first ?? found, found);
    for (let index = at; index < at + piece; index++) covered.add(index);
  }
  return covered.size >= enough * secret.length ? first : null;
}

function spellingsOf(secret: string): string[] {
  const bytes = [...Buffer.from(secret)];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
  const wide = Buffer.from(secret, 'utf16le');
  return [
    ...[secret, backwards(secret)].flatMap((text) => [
      text,
      ...base64Of(text),
      ...base64Of(toHex(text)),
      ...base64Of(toBase64(text)),
      ...[toHex(text), backwards(toHex(text)), toHex(toBase64(text))].flatMap(inBothCases),
    ]),
    ...[wide.toString('hex')].flatMap(inBothCases),
    ...base64Of(wide),
    encodeURIComponent(secret),
    encodeURIComponent(encodeURIComponent(secret)),
    bytes.join(' '),
    hex.map((code) => `x${code}`).join(''),
    hex.map((code) => `0x${code}`).join(''),
    hex.map((code) => `u00${code}`).join(''),
    bytes.map((byte) => byte.toString(8)).join(''),
    bytes.map((byte) => byte.toString(8).padStart(3, '0')).join(''),
    bytes.map((byte) => byte.toString(2).padStart(8, '0')).join(''),
    toBase32(bytes),
    rotate(secret, 13),
    everySecond(secret, 0) + everySecond(secret, 1),
  ];
}

/** A text with the secret somewhere inside has one of three alignments; the ends depend on what stands beside it. */
function base64Of(text: string | Buffer): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((offset) => {
    const whole = toBase64(Buffer.concat([Buffer.alloc(offset), bytes]));
    const sharesLast = (offset + bytes.length) % 3 !== 0;
    return whole.slice(offset === 0 ? 0 : offset + 1, sharesLast ? -1 : undefined);
  });
}

function toBase64(text: string | Buffer): string {
  return Buffer.from(text).toString('base64').replaceAll('=', '');
}

function toHex(text: string): string {
  return Buffer.from(text).toString('hex');
}

function everySecond(text: string, from: number): string {
  return Array.from(text)
    .filter((_, index) => index % 2 === from)
    .join('');
}

function toBase32(bytes: readonly number[]): string {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)] ?? '')
    .join('');
}

function rotations(text: string): string[] {
  return Array.from({ length: 25 }, (_, index) => rotate(text, index + 1));
}

function rotate(text: string, by: number): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + by) % 26) + first);
  });
}

function inBothCases(text: string): string[] {
  return [text, text.toUpperCase()];
}

function fold(text: string): string {
  return text.toLowerCase();
}

function backwards(text: string): string {
  return Array.from(text).reverse().join('');
}

function squeeze(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '');
}

/** What is left of a text when only some of its parts count, and where each place of that stands in the text. */
function viewOf(text: string, parts: RegExp): { text: string; offsetOf: (at: number) => number } {
  return {
    text: (text.match(parts) ?? []).join(''),
    offsetOf(at) {
      let seen = 0;
      for (const { index, 0: part } of text.matchAll(parts)) {
        seen += part.length;
        if (seen > at) return index;
      }
      return 0;
    },
  };
}
