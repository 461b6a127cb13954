import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { run } from './prepare-server.js';
import { currentServer, type GrantProfile, withDatabase } from './test-server.js';

/** A migrated database of a spec file's own. */
export interface TestDatabase {
  name: string;
  /** As `postgres`: owner, not a superuser, bypasses row security. The same as directUrl. */
  url: string;
  directUrl: string;
  /** As `base_api`: what the API logs in as. */
  apiUrl: string;
  /** As `base_worker`. */
  workerUrl: string;
  /** As `authenticator`: what Supabase's data API logs in as. */
  authenticatorUrl: string;
  superuserUrl: string;
  drop(): Promise<void>;
}

/** Clones the migrated template, which takes some 50 ms. Call it in `beforeAll`, and `drop()` in `afterAll`. */
export async function createTestDatabase(options: { grants?: GrantProfile } = {}): Promise<TestDatabase> {
  const server = currentServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = server.templates[options.grants ?? 'strict'];
  if (!template)
    throw new Error('The legacy grant profile is prepared for the specs of core/db and core/migrate only.');
  await run(server.superuserUrl, `create database ${name} template ${template} owner postgres`);
  const on = (url: string) => withDatabase(url, name);
  return {
    name,
    url: on(server.ownerUrl),
    directUrl: on(server.ownerUrl),
    apiUrl: on(server.apiUrl),
    workerUrl: on(server.workerUrl),
    authenticatorUrl: on(server.authenticatorUrl),
    superuserUrl: on(server.superuserUrl),
    drop: async () => {
      await untilLeft(server.superuserUrl, name);
      await run(server.superuserUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

/**
 * A pool that ended says so before its connections are closed (pg-pool does not wait for them). One that is cut off in
 * between fails whatever test runs then, so they get a moment; whoever stays longer is sent away by force.
 */
async function untilLeft(superuserUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    for (let attempt = 0; attempt < 50; attempt++) {
      const { rowCount } = await client.query('select from pg_stat_activity where datname = $1', [name]);
      if (rowCount === 0) return;
      await sleep(20);
    }
  } finally {
    await client.end();
  }
}
