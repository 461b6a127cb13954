import { fileURLToPath } from 'node:url';
import { generateSchemaTypes } from './generate-schema-types.js';

await generateSchemaTypes(fileURLToPath(new URL('../db/schema.gen.ts', import.meta.url)));
