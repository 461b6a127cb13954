/**
 * Builds apps/studio into dist/apps/studio, unless nothing it is made of has changed since the last build. Compresses
 * the files once, so that the API serves them as they are, and fails when the first screen outgrows its budget.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const OUT = 'dist/apps/studio';
const STAMP = join(OUT, '.vite/inputs');
const INPUTS = ['apps/studio', 'libs/sdk', 'package-lock.json', 'scripts/build-studio.js'];
/** What a browser loads before the Studio can be used: shell, Studio page, and the sentences of the longer language. */
const BUDGET_BYTES = 150 * 1024;
const FIRST_SCREEN = ['index.html', 'src/create/create-screen.tsx', 'src/locales/pt-BR.json'];

function files(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => files(join(path, name)));
}

function fingerprint() {
  const hash = createHash('sha256').update(process.env.VITE_API_URL ?? '');
  for (const path of INPUTS.flatMap(files)) hash.update(`\0${path}\0`).update(readFileSync(path));
  return hash.digest('hex');
}

function compress() {
  for (const path of globSync(`${OUT}/**/*.{js,css,svg,json,woff}`)) {
    const content = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

/** The scripts a screen needs, its own and those they import at once. */
function scripts(manifest, name, found = new Set()) {
  const chunk = manifest[name];
  if (!chunk || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const imported of chunk.imports ?? []) scripts(manifest, imported, found);
  return found;
}

function firstScreenBytes() {
  const manifest = JSON.parse(readFileSync(join(OUT, '.vite/manifest.json'), 'utf8'));
  const missing = FIRST_SCREEN.filter((name) => !manifest[name]);
  if (missing.length > 0) throw new Error(`The budget names screens that are not built: ${missing.join(', ')}`);
  const found = new Set(FIRST_SCREEN.flatMap((name) => [...scripts(manifest, name)]));
  return [...found].reduce((sum, file) => sum + statSync(join(OUT, `${file}.br`)).size, 0);
}

const inputs = fingerprint();
if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === inputs) process.exit(0);

const vite = join(import.meta.dirname, '../node_modules/vite/bin/vite.js');
const { status } = spawnSync(process.execPath, [vite, 'build', 'apps/studio', '--logLevel', 'warn'], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
compress();
const bytes = firstScreenBytes();
const kilobytes = (bytes / 1024).toFixed(1);
if (bytes > BUDGET_BYTES) {
  process.stderr.write(`The Studio's first screen is ${kilobytes} kB of JavaScript (brotli); the budget is 150 kB.\n`);
  process.exit(1);
}
process.stdout.write(`Studio built: first screen ${kilobytes} kB of JavaScript (brotli).\n`);
writeFileSync(STAMP, inputs);
