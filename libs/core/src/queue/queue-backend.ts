import { type ConnectionOptions, createPostgresBackend, createRedisBackend, setDefaultBackendFactory } from 'bullmq';
import pg from 'pg';
import type { AppConfig } from '#core/config';

/** What BullMQ connects with in this process, and how to let go of it. */
export interface QueueConnection {
  backend: 'postgres' | 'redis';
  connection: ConnectionOptions;
  close: () => Promise<void>;
}

/**
 * Chooses BullMQ's backend for the process: Redis when `REDIS_URL` is set, PostgreSQL otherwise. Must run before the
 * first queue is made. All queues share one pool on PostgreSQL (each worker checks one connection out for LISTEN);
 * on Redis each queue owns its connection, because a blocked one cannot be shared.
 */
export function openQueueConnection(config: AppConfig, poolSize: number): QueueConnection {
  if (config.redisUrl) {
    setDefaultBackendFactory(createRedisBackend);
    return { backend: 'redis', connection: redisOptions(config.redisUrl), close: () => Promise.resolve() };
  }
  setDefaultBackendFactory(createPostgresBackend);
  const pool = new pg.Pool({
    connectionString: config.database.directUrl,
    max: poolSize,
    application_name: 'base-queue',
    keepAlive: true,
    // BullMQ's statements use unqualified names of its own schema. A commit of the queue need not be on the disk before it
    // is answered: losing messages loses no work, and commits that notify wait for each other.
    options: '-c search_path=bullmq -c synchronous_commit=off',
  });
  // Every queue and worker listens on the shared pool for errors, and reports them.
  pool.setMaxListeners(0);
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { backend: 'postgres', connection: pool, close: () => pool.end() };
}

/** BullMQ makes the ioredis clients from these; workers insist on unlimited retries per request. */
function redisOptions(redisUrl: string): ConnectionOptions {
  const url = new URL(redisUrl);
  return {
    host: url.hostname,
    port: Number(url.port || 6379),
    username: url.username ? decodeURIComponent(url.username) : undefined,
    password: url.password ? decodeURIComponent(url.password) : undefined,
    db: Number(url.pathname.slice(1) || 0),
    tls: url.protocol === 'rediss:' ? {} : undefined,
    maxRetriesPerRequest: null,
  };
}
