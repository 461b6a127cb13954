import { join } from 'node:path';
import { withDatabase } from './test-server.js';
import { prepareServer, run } from './prepare-server.js';
import { startThrowaway } from './test-servers.js';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/**
 * Writes the table types that Kysely uses (libs/core/src/db/schema.gen.ts), read from a freshly migrated throw-away
 * database: `npm run gen:db`.
 *
 * `int8` becomes bigint (createDatabase() parses it so), `timestamptz` Date, `jsonb` an opaque value that must be narrowed.
 */
export function generateSchemaTypes(outFile: string): Promise<void> {
  return withFreshDatabase((ownerUrl) => {
    const program = join(
      dirname(createRequire(import.meta.url).resolve('kysely-codegen/package.json')),
      'dist/cli/bin.js',
    );
    execFileSync(process.execPath, [
      program,
      `--url=${ownerUrl}`,
      '--dialect=postgres',
      `--out-file=${outFile}`,
      '--log-level=error',
      '--include-pattern={public,identity}.*',
      '--type-mapping={"int8":"bigint"}',
    ]);
    return Promise.resolve();
  });
}

/** Lends out a freshly migrated throw-away database, for what is generated from it. @param work takes its owner's address */
export async function withFreshDatabase<T>(work: (ownerUrl: string) => Promise<T>): Promise<T> {
  const cluster = await startThrowaway();
  try {
    const server = await prepareServer(cluster.superuserUrl);
    await run(server.superuserUrl, `alter database ${server.templates.strict} with allow_connections true`);
    return await work(withDatabase(server.ownerUrl, server.templates.strict));
  } finally {
    await cluster.stop();
  }
}
