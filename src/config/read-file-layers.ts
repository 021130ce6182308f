import { readFileSync } from 'node:fs';
import { basename, join, parse } from 'node:path';
import { ConfigError, showValue } from './config-error.ts';
import type { Fault } from './config-error.ts';
import type { Layer } from './layer.ts';
import { readJsonc } from './read-jsonc.ts';
import { isTree } from './tree.ts';

/** More is no config, and would only cost time. */
const largest = 1024 * 1024;

export type FileLayers = {
  layers: Layer[];
  /** The main file; null when there is none. */
  file: string | null;
  warnings: string[];
};

/**
 * Reads `config.json` and over it `config.<NODE_ENV>.json`, when they exist. `required`: the main file was asked for.
 * Throws ConfigError with the faults of all files.
 */
export function readFileLayers(file: string, nodeEnv: string | undefined, required: boolean): FileLayers {
  const variant = nameVariant(file, nodeEnv);
  const readings = [
    readLayer(file, required),
    ...(variant.file === null ? [] : [readLayer(variant.file, false)]),
  ];
  const faults = readings.flatMap((reading) => (reading && 'fault' in reading ? [reading.fault] : []));
  if (faults.length > 0) throw new ConfigError(faults);
  return {
    layers: readings.flatMap((reading) => (reading && 'layer' in reading ? [reading.layer] : [])),
    file: readings[0] === null ? null : file,
    warnings: variant.warnings,
  };
}

/** The files that are looked for, those that count more last. */
export function layerFiles(file: string, nodeEnv: string | undefined): string[] {
  const variant = nameVariant(file, nodeEnv).file;
  return variant === null ? [file] : [file, variant];
}

/** `config.json` -> `config.production.json`. */
function nameVariant(file: string, nodeEnv: string | undefined): { file: string | null; warnings: string[] } {
  if (!nodeEnv) return { file: null, warnings: [] };
  if (!/^\w[\w.-]*$/.test(nodeEnv)) {
    return {
      file: null,
      warnings: [`NODE_ENV is ${showValue(nodeEnv)}, which is no part of a file name; it is ignored.`],
    };
  }
  const { dir, name, ext } = parse(file);
  return { file: join(dir, `${name}.${nodeEnv}${ext}`), warnings: [] };
}

function readLayer(file: string, required: boolean): { layer: Layer } | { fault: Fault } | null {
  const name = basename(file);
  const refuse = (detail: Omit<Fault, 'path' | 'place'>, position?: string) => ({
    fault: { path: name, place: position === undefined ? file : `${file}:${position}`, ...detail },
  });

  const text = readText(file);
  if (text === null && !required) return null;
  if (text === null) return refuse({ found: 'no such file', expected: 'a config file', advice: 'create it' });
  if (typeof text !== 'string') return refuse({ ...text, advice: 'replace the file' });

  const read = readJsonc(text);
  if (!read.ok) return refuse({ ...read.problem, advice: 'correct the JSON there' }, read.position);
  if (!isTree(read.value)) {
    const advice = 'put the settings in braces';
    return refuse({ found: showValue(read.value), expected: 'an object', advice }, '1:1');
  }
  const { value, position } = read;
  return { layer: { values: value, renamed: new Map(), place: (path) => `${name}:${position(path)}` } };
}

/** Null when there is no such file. */
function readText(file: string): string | null | { found: string; expected: string } {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > largest) return { found: `${bytes.length} bytes`, expected: `at most ${largest}` };
    // A byte order mark is dropped by the decoder.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    return { found: message, expected: 'a readable file in UTF-8' };
  }
}
