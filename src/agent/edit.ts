/** One change that a model asked for, already read from whatever notation it used. Texts have LF line endings. */
export type Edit =
  | (Place & { kind: 'replace' } & Hunk)
  | (Place & { kind: 'write'; content: string } & WriteHints)
  | (Place & { kind: 'delete' })
  | (Place & { kind: 'move'; to: string });

type Place = {
  path: string;
  /** 1-based line of the reply where the block starts: orders the blocks and names them in reports. */
  at: number;
};

/** Lines to find and what to put there. An empty `search` creates a file or fills an empty one. */
export type Hunk = {
  search: string;
  replace: string;
  /** Where a line inside the block could be its divider as well: the other ways to cut it. */
  otherSplits?: Split[];
  /** Lines that stand somewhere above the place, outermost first; they only choose between equal places. */
  anchors?: string[];
  /** 1-based line in the file where the place starts if the author counted well; only chooses between equal places. */
  nearLine?: number;
  /** Comes after the preceding hunk of the same file, as in a patch. */
  ordered?: boolean;
  /** The place ends where the file ends. */
  atEnd?: boolean;
  /** Has nothing to find: the lines go to the end of the file, or below the last anchor. */
  insertOnly?: boolean;
  /** Said by a unified diff about the end of the file after the change; unsaid, it stays as it was. */
  finalNewline?: boolean;
};

export type Split = { search: string; replace: string };

export type WriteHints = {
  /** A comment line with the file's name that stood first: part of the file only if the file has it already. */
  nameLine?: string;
  /** The name was picked from a sentence or a comment, so what follows may be a mere excerpt of the file. */
  mayBeExcerpt?: boolean;
  /** The one known file with this base name, in case the model left its folder out. */
  perhaps?: string;
};

/** A piece of a reply that looks like an edit and cannot be read as one. */
export type Malformed = { kind: 'malformed'; path: string; at: number; reason: string };
