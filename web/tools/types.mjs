// Writes src/api/schema.ts from docs/reference/openapi.json; leaves it alone when nothing has changed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const target = fileURLToPath(new URL('../src/api/schema.ts', import.meta.url));
const source = new URL('../../docs/reference/openapi.json', import.meta.url);

if (!existsSync(source)) {
  console.error('types: docs/reference/openapi.json is missing: make it by ./dev openapi');
  process.exit(1);
}
const text =
  '// Generated from docs/reference/openapi.json by `npm run types`. Do not edit.\n' +
  astToString(await openapiTS(source, { defaultNonNullable: false, alphabetize: true }));
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
