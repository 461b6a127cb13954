import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { bootstrapPlainPostgres, migrate, setRolePassword } from '#core/migrate';
import { type GrantProfile, type TestServer, withDatabase } from './test-server.js';

/**
 * Sets the roles' passwords on a running server and makes a migrated template database per grant profile.
 * Templates of an earlier run are replaced.
 */
export async function prepareServer(superuserUrl: string, profiles: GrantProfile[] = ['strict']): Promise<TestServer> {
  const templates: TestServer['templates'] = { strict: '' };
  const password = randomBytes(16).toString('hex');
  const urlOf = (role: string) => {
    const url = new URL(superuserUrl);
    url.username = role;
    url.password = password;
    return url.href;
  };
  for (const profile of profiles) {
    const name = `base_template_${profile}`;
    templates[profile] = name;
    const databaseUrl = withDatabase(superuserUrl, name);
    await run(superuserUrl, `drop database if exists ${name}`);
    await run(superuserUrl, `create database ${name}`);
    await bootstrapPlainPostgres(databaseUrl);
    if (profile === 'legacy') await run(databaseUrl, LEGACY_GRANTS);
    await run(superuserUrl, `alter role postgres with login password '${password}'`);
    await migrate(withDatabase(urlOf('postgres'), name));
    // Nobody may be connected to a template while it is cloned.
    await run(superuserUrl, `alter database ${name} with allow_connections false`);
  }
  await setRolePassword(superuserUrl, 'base_api', password);
  await setRolePassword(superuserUrl, 'base_worker', password);
  await run(superuserUrl, `alter role authenticator with login password '${password}'`);
  return {
    superuserUrl,
    ownerUrl: urlOf('postgres'),
    apiUrl: urlOf('base_api'),
    workerUrl: urlOf('base_worker'),
    authenticatorUrl: urlOf('authenticator'),
    templates,
  };
}

const LEGACY_GRANTS = `
  alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges for role postgres in schema public grant all on functions to anon, authenticated, service_role;
  alter default privileges for role postgres in schema public grant all on sequences to anon, authenticated, service_role;
`;

export async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
