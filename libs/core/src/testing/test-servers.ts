import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAbandonedClusters, startEmbeddedPostgres } from '#core/embedded';
import { prepareServer } from './prepare-server.js';
import { type GrantProfile, publishServers, type TestServer, type TestServerName } from './test-server.js';

const PREFIX = 'base-agency-test-';

/**
 * Starts the servers that specs need, prepares them, and tells the test processes about them. The database's own specs
 * also want PostgreSQL 15, where it is installed, and both grant profiles.
 * `TEST_DATABASE_SUPERUSER_URL` names a server to use instead of the embedded one.
 */
export async function startTestServers(options: {
  ownSpecs: boolean;
  postgres15Bin?: string;
}): Promise<{ stop(): Promise<void> }> {
  await removeAbandonedClusters(tmpdir(), PREFIX);
  const profiles: GrantProfile[] = options.ownSpecs ? ['strict', 'legacy'] : ['strict'];
  const servers: Partial<Record<TestServerName, TestServer>> = {};
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(stops.map((end) => end()));
  };
  const start = async (name: TestServerName, binDir?: string) => {
    const cluster = await startThrowaway(binDir);
    stops.push(() => cluster.stop());
    servers[name] = await prepareServer(cluster.superuserUrl, profiles);
  };
  try {
    const given = process.env['TEST_DATABASE_SUPERUSER_URL'];
    if (given) servers.embedded = await prepareServer(given, profiles);
    await Promise.all([
      given ? undefined : start('embedded'),
      options.postgres15Bin ? start('postgres-15', options.postgres15Bin) : undefined,
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  publishServers(servers);
  return { stop };
}

/** A cluster without safety against crashes, gone without a trace when stopped. */
export async function startThrowaway(binDir?: string) {
  const dataDir = mkdtempSync(join(tmpdir(), PREFIX));
  // As root, the server runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o755);
  return startEmbeddedPostgres({ dataDir, throwaway: true, binDir });
}
