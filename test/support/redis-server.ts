import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '#core/embedded';

/** Whether a redis-server can be started here. With CI=true a missing one is a failure, not a smaller test run. */
export function redisAvailable(): boolean {
  const available = spawnSync('redis-server', ['--version']).status === 0;
  if (!available && process.env['CI'] === 'true') throw new Error('redis-server is not installed, and CI=true');
  if (!available)
    process.stderr.write('\n!! redis-server is not installed: everything on the Redis backend is NOT tested\n\n');
  return available;
}

/** A real Redis on a free port, without persistence; it can go away and come back on the same port. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly directory: string,
  ) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'base-redis-')));
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const settings = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.process = spawn('redis-server', [...settings, '--dir', this.directory], { stdio: 'ignore' });
    const client = new Redis({
      port: this.port,
      host: '127.0.0.1',
      retryStrategy: () => 50,
      maxRetriesPerRequest: 100,
    });
    client.on('error', () => undefined);
    await client.ping();
    client.disconnect();
  }

  /** Ends it at once; everything it knew is lost. */
  async stop(): Promise<void> {
    const { process } = this;
    this.process = undefined;
    // A terminal's Ctrl-C reaches every process of the group: it may be gone already, and then its end comes no more.
    const running = process?.exitCode === null && process.signalCode === null;
    if (!running) return;
    const ended = once(process, 'exit');
    process.kill('SIGKILL');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
