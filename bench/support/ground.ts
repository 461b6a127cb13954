import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { removeAbandonedClusters } from '#core/embedded';
import { openEmbeddedDatabase } from '../../apps/platform/src/platform-database.js';
import { redisAvailable, RedisServer } from '../../test/support/redis-server.js';
import { withSql } from '../../test/support/sql.js';
import { print } from './print.js';
import { parentOf } from './process-usage.js';

export type Backend = 'postgres' | 'redis';

/** What the services stand on: a throw-away database, and a queue. */
export interface Ground {
  backend: Backend;
  /** The owner's login. */
  ownerUrl: string;
  apiUrl: string;
  workerUrl: string;
  redisUrl: string | undefined;
  /** Holds the database and the files; removed in the end. */
  directory: string;
  /** The servers' processes, to see what they use. */
  pids: { postgres: number; redis: number | undefined };
}

const PREFIX = 'base-bench-';

/** Both backends, or the one named by BENCH_BACKEND. */
export function backends(): Backend[] {
  const only = process.env['BENCH_BACKEND'];
  const all: Backend[] = redisAvailable() ? ['postgres', 'redis'] : ['postgres'];
  return only ? all.filter((backend) => backend === only) : all;
}

/**
 * A migrated database on the settings that `npm start` has: a commit is answered when it is on the disk. Redis keeps
 * nothing on the disk.
 */
export async function openGround(backend: Backend, cleanup: AsyncDisposableStack): Promise<Ground> {
  await removeAbandonedClusters(tmpdir(), PREFIX);
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  // As root, the server runs as another user, who must be able to enter.
  chmodSync(directory, 0o755);
  cleanup.defer(() => rmSync(directory, { recursive: true, force: true }));
  const password = () => randomBytes(16).toString('hex');
  const { directUrl, apiUrl, workerUrl } = await openEmbeddedDatabase({
    directory,
    secrets: { apiPassword: password(), workerPassword: password() },
    cleanup,
  });
  const redis = backend === 'redis' ? await RedisServer.start() : undefined;
  if (redis) cleanup.defer(() => redis.remove());
  return {
    backend,
    ownerUrl: directUrl,
    apiUrl,
    workerUrl,
    redisUrl: redis?.url,
    directory,
    pids: { postgres: await postgresPid(directUrl), redis: redis && (await redisPid(redis.url)) },
  };
}

/** The server that starts the backends. */
function postgresPid(url: string): Promise<number> {
  return withSql(url, async (query) => {
    const [row] = await query<{ pid: number }>('select pg_backend_pid() as pid');
    return parentOf(row?.pid ?? 0);
  });
}

async function redisPid(url: string): Promise<number> {
  const redis = new Redis(url);
  try {
    return Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
  } finally {
    redis.disconnect();
  }
}

/** How safe the commits are, as the server itself says. */
export async function printDurability({ ownerUrl }: Ground): Promise<void> {
  const names = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers'];
  const settings = await withSql(ownerUrl, (query) =>
    query<{ text: string }>(
      `select name || ' ' || current_setting(name) as text from unnest($1::text[]) with ordinality as n (name, place) order by place`,
      [names],
    ),
  );
  print(`PostgreSQL: ${settings.map(({ text }) => text).join(', ')}`);
}
