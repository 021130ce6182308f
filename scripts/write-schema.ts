import { writeFileSync } from 'node:fs';
import { schemaFile } from '../src/config/written-schema.ts';

/** Writes config.schema.json, which editors check a config.json against. */
writeFileSync(new URL('../config.schema.json', import.meta.url), schemaFile());
