// What a browser fetches before the first page shows, gzipped: the entry, what it imports statically, its styles, one
// language. Fails above the budget.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 250;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const html = readFileSync(`${dist}index.html`, 'utf8');

const wanted = new Set([...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]));
for (const file of readdirSync(`${dist}assets`)) if (/^messages_en-.*\.js$/.test(file)) wanted.add(`assets/${file}`);
for (const file of wanted) {
  if (!file.endsWith('.js')) continue;
  const code = readFileSync(dist + file, 'utf8');
  for (const match of code.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) wanted.add(`assets/${match[1]}`);
}
const size = (file) => gzipSync(readFileSync(dist + file)).length;
const total = [...wanted].reduce((sum, file) => sum + size(file), size('index.html'));
console.log(`first load: ${(total / 1024).toFixed(1)} KB gzipped in ${wanted.size + 1} files (budget ${BUDGET_KB} KB)`);
if (total > BUDGET_KB * 1024) {
  for (const file of wanted) console.error(`  ${(size(file) / 1024).toFixed(1).padStart(7)} KB  ${file}`);
  process.exit(1);
}
