/**
 * The server that database specs use.
 * - `embedded`: the PostgreSQL 17 of the npm package, or the one of TEST_DATABASE_SUPERUSER_URL;
 * - `postgres-15`: Debian's, where it is installed.
 */
export type TestServerName = 'embedded' | 'postgres-15';

/** What a Supabase project grants on new objects by default: older ones everything, newer ones (2026-05-30) nothing. */
export type GrantProfile = 'strict' | 'legacy';

/** A running server with one migrated template database per grant profile. URLs lead to its database `postgres`. */
export interface TestServer {
  superuserUrl: string;
  /** As `postgres`, not a superuser. */
  ownerUrl: string;
  apiUrl: string;
  workerUrl: string;
  /** As `authenticator`, the role behind Supabase's data API. */
  authenticatorUrl: string;
  templates: { strict: string; legacy?: string };
}

/** Carries the running servers from Jest's globalSetup to the test processes. */
const VARIABLE = 'BASE_TEST_SERVERS';

export function publishServers(servers: Partial<Record<TestServerName, TestServer>>): void {
  process.env[VARIABLE] = JSON.stringify(servers);
}

/** The server of this test process: `testServer` in the Jest project's globals, or the embedded one. */
export function currentServer(): TestServer {
  const name = (globalThis as { testServer?: TestServerName }).testServer ?? 'embedded';
  const published = process.env[VARIABLE];
  const servers = JSON.parse(published ?? '{}') as Partial<Record<TestServerName, TestServer>>;
  const server = servers[name];
  if (!server)
    throw new Error(`The test server "${name}" was not started: run the spec through Jest, with its globalSetup.`);
  return server;
}

/** A URL of the same server with another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
