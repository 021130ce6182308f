import { addedLines, type FileDiff } from '../domain/read-diff.ts';

/** Bytes that are no text, under a name by which nothing runs them; either alone would be a place to hide. */
export function isMedia(file: FileDiff): boolean {
  return (
    /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|woff2?|ttf|otf|eot|pdf|mp[34]|m4a|ogg|wav|webm|mov)$/i.test(
      file.path,
    ) && isBinary(file)
  );
}

/** As git tells: text has no byte of zero. */
export function isBinary(file: FileDiff): boolean {
  return addedLines(file).some(({ text }) => text.includes('\0'));
}
