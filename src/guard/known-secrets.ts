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
 * difference: as it is, backwards, in base64, base32, hexadecimal, decimal and percent codes, turned by 13 letters.
 */
export function knownSecretFinder(secrets: readonly string[]): FindKnown {
  const wanted = secrets.map((secret) => secret.trim()).filter((secret) => secret.length >= shortest);
  const needles = [...new Set(wanted.flatMap(spellingsOf).map(squeeze))].filter(
    (needle) => needle.length >= shortest,
  );
  const torn = wanted
    .filter((secret) => secret.length >= longEnough && new Set(secret).size >= variedEnough)
    .flatMap((secret) => [secret, backwards(secret), toBase64(secret), toHex(secret)])
    .map(squeeze);
  return (text) => {
    if (needles.length === 0) return null;
    const { squeezed, offsetOf } = squeezeWithOffsets(text);
    const whole = needles.map((needle) => squeezed.indexOf(needle)).filter((at) => at !== -1);
    if (whole.length > 0) return offsetOf(Math.min(...whole));
    const pieces = torn.map((secret) => findPieces(squeezed, secret)).filter((at) => at !== null);
    return pieces.length === 0 ? null : offsetOf(Math.min(...pieces));
  };
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
  return [
    ...[secret, backwards(secret)].flatMap((text) => [
      text,
      ...base64Of(text),
      ...base64Of(toHex(text)),
      ...base64Of(toBase64(text)),
      toHex(text),
      toHex(text).toUpperCase(),
    ]),
    encodeURIComponent(secret),
    encodeURIComponent(encodeURIComponent(secret)),
    bytes.join(' '),
    hex.map((code) => `x${code}`).join(''),
    hex.map((code) => `0x${code}`).join(''),
    hex.map((code) => `u00${code}`).join(''),
    bytes.map((byte) => byte.toString(8).padStart(3, '0')).join(''),
    bytes.map((byte) => byte.toString(2).padStart(8, '0')).join(''),
    toBase32(bytes),
    rotate(secret),
    everySecond(secret, 0) + everySecond(secret, 1),
  ];
}

/** A text with the secret somewhere inside has one of three alignments; the ends depend on what stands beside it. */
function base64Of(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((offset) => {
    const whole = toBase64(Buffer.concat([Buffer.alloc(offset), bytes]));
    const sharesLast = (offset + bytes.length) % 3 !== 0;
    return whole.slice(offset === 0 ? 0 : offset + 1, sharesLast ? -1 : undefined);
  });
}

function toBase64(text: string | Buffer): string {
  return Buffer.from(text).toString('base64').replace(/=+$/, '');
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

function rotate(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}

function backwards(text: string): string {
  return Array.from(text).reverse().join('');
}

function squeeze(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '');
}

function squeezeWithOffsets(text: string): { squeezed: string; offsetOf: (at: number) => number } {
  return {
    squeezed: squeeze(text),
    offsetOf(at) {
      let seen = 0;
      for (const { index } of text.matchAll(/[A-Za-z0-9]/g)) {
        if (seen === at) return index;
        seen += 1;
      }
      return 0;
    },
  };
}
