import { writeFileSync } from 'node:fs';
import { schemaFile, writtenSchema } from '../src/config/written-schema.ts';
import { configurationPage } from './configuration-page.ts';

/** Writes what is made from the config's schema: the file that editors check with, and the page that people read. */
writeFileSync(new URL('../config.schema.json', import.meta.url), schemaFile());
writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage(writtenSchema()));
