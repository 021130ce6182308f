import type { Definition } from './read-definitions.ts';

const shape =
  /^(?: {0,4}|\t)(?:(?:export|default|async|public|private|internal|open|static|pub|abstract|final|data|sealed|override|suspend) ){0,4}(?:function|class|interface|protocol|extension|object|type|enum|struct|trait|def|defp|fn|fun|func|module|defmodule)\s+(?:\([^)\n]{0,80}\)\s*)?([A-Za-z_$][\w$]{2,60})/;

/** Definitions by the looks of lines at or near the margin, for languages without a grammar here. */
export function definitionsByShape(lines: readonly string[]): Definition[] {
  return lines.flatMap((line, row) => {
    const name = line.length > 300 ? undefined : shape.exec(line)?.[1];
    return name === undefined ? [] : [{ name, row, line }];
  });
}
