import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '#core/embedded';
import { ServiceProcess } from '../../apps/platform/src/service.js';
import type { Ground } from './ground.js';

/** A built program in a process of its own. */
export interface Service {
  /** Without a slash at the end; empty for one that does not listen. */
  url: string;
  pid: number;
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 15_000;
const APP_SECRET = randomBytes(32).toString('base64url');

/** The API as users run it. With BENCH_CPU_PROFILE set, its CPU profile is written into that folder when it ends. */
export async function startApi(
  ground: Ground,
  cleanup: AsyncDisposableStack,
  {
    program = 'apps/api/src/main.js',
    environment: more = {},
  }: { program?: string; environment?: Record<string, string> } = {},
): Promise<Service> {
  const port = await freePort();
  return startService(program, cleanup, {
    env: { ...environment(ground), DATABASE_URL: ground.apiUrl, HOST: '127.0.0.1', PORT: String(port), ...more },
    profiled: true,
  });
}

export interface WorkerOptions {
  /** A compiled program under `dist`; the worker as users run it when not given. */
  program?: string;
  /** Image jobs at a time. */
  concurrency?: number;
  environment?: Record<string, string>;
}

export function startWorker(ground: Ground, cleanup: AsyncDisposableStack, options: WorkerOptions): Promise<Service> {
  return startService(options.program ?? 'apps/worker/src/main.js', cleanup, {
    env: {
      ...environment(ground),
      DATABASE_URL: ground.workerUrl,
      ...(options.concurrency ? { QUEUE_IMAGE_CONCURRENCY: String(options.concurrency) } : {}),
      ...options.environment,
    },
    profiled: true,
  });
}

/** The bare route to compare with. */
export async function startBare(ground: Ground, cleanup: AsyncDisposableStack): Promise<Service> {
  const port = await freePort();
  return startService('bench/accept/bare-server.main.js', cleanup, {
    env: {
      NODE_ENV: 'production',
      DATABASE_URL: ground.ownerUrl,
      REDIS_URL: ground.redisUrl ?? '',
      PORT: String(port),
    },
  });
}

function environment(ground: Ground): Record<string, string> {
  return {
    NODE_ENV: 'production',
    APP_SECRET,
    DATA_DIR: ground.directory,
    REDIS_URL: ground.redisUrl ?? '',
    SANDBOX_LATENCY_MS: '0',
    RATE_LIMIT_FACTOR: '100000',
  };
}

async function startService(
  program: string,
  cleanup: AsyncDisposableStack,
  { env, profiled }: { env: Record<string, string>; profiled?: boolean },
): Promise<Service> {
  const profiles = profiled ? process.env['BENCH_CPU_PROFILE'] : undefined;
  if (profiles) mkdirSync(profiles, { recursive: true });
  const errors: string[] = [];
  const child = new ServiceProcess(
    {
      name: program,
      script: fileURLToPath(new URL(`../../${program}`, import.meta.url)),
      env: { PATH: process.env['PATH'] ?? '', ...env },
      nodeFlags: profiles ? ['--cpu-prof', `--cpu-prof-dir=${resolve(profiles)}`] : [],
    },
    (_, line) => {
      if (!line.startsWith('{') || /"level":[456]0/.test(line)) errors.push(line);
    },
  );
  const stop = async (): Promise<void> => {
    await child.stop(STOP_TIMEOUT_MS);
  };
  cleanup.defer(stop);
  const ready = await Promise.race([
    child.ready.then((url) => ({ url })),
    child.ended.then(({ how }) => {
      throw new Error(`${program} ended with ${how}:\n${errors.slice(-20).join('\n')}`);
    }),
  ]);
  if (child.pid === undefined) throw new Error(`${program} has no process`);
  return { url: ready.url ?? '', pid: child.pid, stop };
}
