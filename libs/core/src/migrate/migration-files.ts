import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MigrationError } from './migrate.errors.js';

export interface MigrationFile {
  /** File name without `.sql`; files run in the order of their names. */
  name: string;
  sql: string;
  /** SHA-256 of the text, with line ends as `\n`. */
  checksum: string;
  /** False for files whose first line is `-- outside of a transaction` (CREATE INDEX CONCURRENTLY and its like). */
  inTransaction: boolean;
}

const NAME = /^\d{14}_[a-z0-9_]+\.sql$/;

/** The folder `migrations/` of the project, from the sources and from `dist` alike. */
export function migrationsFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'migrations');
    if (existsSync(join(candidate, 'bootstrap'))) return candidate;
  }
  throw new MigrationError('The folder migrations/ is missing beside the program.');
}

export function readMigrations(folder = migrationsFolder()): MigrationFile[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  const odd = files.find((file) => !NAME.test(file));
  if (odd) throw new MigrationError(`migrations/${odd}: the name must be <yyyymmddhhmmss>_<topic>.sql.`);
  return files.sort().map((file) => {
    const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    return {
      name: file.slice(0, -'.sql'.length),
      sql,
      checksum: createHash('sha256').update(sql).digest('hex'),
      inTransaction: !sql.startsWith('-- outside of a transaction\n'),
    };
  });
}

export function readBootstrap(folder = migrationsFolder()): string {
  return readFileSync(join(folder, 'bootstrap', 'plain-postgres.sql'), 'utf8');
}
