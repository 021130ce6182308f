import { writeFileSync } from 'node:fs';
import { schemaFile, writtenSchema } from '../src/config/written-schema.ts';
import { commandsPage } from './commands-page.ts';
import { configurationPage } from './configuration-page.ts';
import { thirdPartyPage } from './third-party-page.ts';

/** Writes what is made from the program: the schema that editors check with, the pages about settings, commands and licences. */
writeFileSync(new URL('../config.schema.json', import.meta.url), schemaFile());
writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage(writtenSchema()));
writeFileSync(new URL('../docs/commands.md', import.meta.url), commandsPage());
writeFileSync(new URL('../THIRD-PARTY.md', import.meta.url), thirdPartyPage());
