import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Redis } from 'ioredis';
import { loadConfig } from '#core/config';
import { freePort } from '#core/embedded';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { createApi } from '../../apps/api/src/create-api.js';
import { RedisServer } from './redis-server.js';
import { ended, isRunning, startWorkerProcess } from './worker-process.js';

export type Backend = 'postgres' | 'redis';

export interface StackOptions {
  backend: Backend;
  /** Whether the worker runs from the beginning. */
  worker?: boolean;
  /** Whether providers may report the ends of generations to this API. */
  callbacks?: boolean;
  /** More environment for api and worker. */
  environment?: Record<string, string>;
}

/** The whole platform: real HTTP, Postgres, queue and files; the API in this process, the worker in its own. */
export class Stack {
  private worker: ChildProcess | undefined;
  private readonly otherApis: NestFastifyApplication[] = [];

  private constructor(
    readonly url: string,
    readonly database: TestDatabase,
    readonly api: NestFastifyApplication,
    readonly dataDirectory: string,
    readonly environment: Record<string, string>,
    readonly redis: RedisServer | undefined,
  ) {}

  static async start(options: StackOptions): Promise<Stack> {
    const [database, redis, dataDirectory, port] = await Promise.all([
      createTestDatabase(),
      options.backend === 'redis' ? RedisServer.start() : undefined,
      mkdtemp(join(tmpdir(), 'base-e2e-')),
      freePort(),
    ]);
    const environment: Record<string, string> = {
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      APP_SECRET: 'a secret for tests, long enough to be taken',
      BULL_BOARD_PASSWORD: 'board password',
      DATA_DIR: dataDirectory,
      JOB_LEASE_SECONDS: '3',
      SWEEP_INTERVAL_SECONDS: '0.5',
      SHUTDOWN_TIMEOUT_SECONDS: '10',
      SANDBOX_LATENCY_MS: '0',
      RATE_LIMIT_FACTOR: '1000',
      ...(redis ? { REDIS_URL: redis.url } : {}),
      ...(options.callbacks ? { PROVIDER_CALLBACK_URL: `http://127.0.0.1:${port}` } : {}),
      ...options.environment,
    };
    const api = await createApi(loadConfig({ ...environment, DATABASE_URL: database.apiUrl }));
    await api.listen(port, '127.0.0.1');
    const stack = new Stack(`http://127.0.0.1:${port}`, database, api, dataDirectory, environment, redis);
    if (options.worker !== false) await stack.startWorker();
    return stack;
  }

  /** A second API on the same database, queue and files. @returns where it listens; it ends with the stack */
  async startAnotherApi(more: Record<string, string> = {}): Promise<string> {
    const port = await freePort();
    const environment = { ...this.environment, ...more, PORT: String(port), DATABASE_URL: this.database.apiUrl };
    const api = await createApi(loadConfig(environment));
    await api.listen(port, '127.0.0.1');
    this.otherApis.push(api);
    return `http://127.0.0.1:${port}`;
  }

  /** Names of keys in Redis. */
  async redisKeys(pattern: string): Promise<string[]> {
    const redis = new Redis(this.redis?.url ?? '');
    try {
      return await redis.keys(pattern);
    } finally {
      redis.disconnect();
    }
  }

  /** The environment of a worker process on this stack. */
  get workerEnvironment(): Record<string, string> {
    return { ...this.environment, DATABASE_URL: this.database.workerUrl };
  }

  /** Starts the built worker in its own process. */
  async startWorker(more: Record<string, string> = {}): Promise<ChildProcess> {
    this.worker = await startWorkerProcess({ ...this.workerEnvironment, ...more });
    return this.worker;
  }

  /** Starts a worker unless one runs: a start costs more than most tests. */
  async keepWorker(): Promise<ChildProcess> {
    const { worker } = this;
    return worker && isRunning(worker) ? worker : this.startWorker();
  }

  /** Lets the worker finish what it has in hand. */
  async stopWorker(): Promise<void> {
    this.worker?.kill('SIGTERM');
    if (this.worker) await ended(this.worker);
    this.worker = undefined;
  }

  async stop(): Promise<void> {
    await this.stopWorker();
    await Promise.all([this.api, ...this.otherApis].map((api) => api.close()));
    await this.redis?.remove();
    await this.database.drop();
    await rm(this.dataDirectory, { recursive: true, force: true });
  }
}
