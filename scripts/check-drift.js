/**
 * Fails when `npm run gen` would change a generated file: somebody changed a source and forgot to generate.
 * Compares contents and not with git, so that it can be run before a commit.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const GENERATED = ['libs/core/src/db/schema.gen.ts', 'libs/sdk/openapi.json', 'libs/sdk/client', 'docs/reference'];

function files(path) {
  if (!statSync(path, { throwIfNoEntry: false })) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => files(join(path, name)));
}

function snapshot() {
  return new Map(
    GENERATED.flatMap(files).map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

const before = snapshot();
const run = spawnSync('npm', ['run', 'gen', '--silent'], { stdio: ['ignore', 'ignore', 'inherit'] });
if (run.status !== 0) process.exit(run.status ?? 1);
const after = snapshot();
const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
  (path) => before.get(path) !== after.get(path),
);
if (changed.length > 0) {
  process.stderr.write(`Generated files were out of date (now mended, commit them):\n  ${changed.join('\n  ')}\n`);
  process.exit(1);
}
process.stdout.write(`Generated files are up to date (${after.size} files).\n`);
