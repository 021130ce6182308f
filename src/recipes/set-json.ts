import { findNodeAtLocation, getNodeValue, parseTree } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';
import type { DataFormat } from './set-value.ts';

const options = { allowTrailingComma: true };

/** JSON, with comments where it has some. */
export const jsonFormat: DataFormat = {
  read(text) {
    const errors: ParseError[] = [];
    const root = parseTree(text, errors, options);
    if (root === undefined || errors.length > 0) throw new SyntaxError('no JSON');
    return getNodeValue(root) as unknown;
  },
  splice(text, key, value) {
    const root = parseTree(text, [], options);
    const node = root === undefined ? undefined : findNodeAtLocation(root, [...key]);
    if (node === undefined) return null;
    return text.slice(0, node.offset) + JSON.stringify(value) + text.slice(node.offset + node.length);
  },
};
