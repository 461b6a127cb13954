import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataDirectory } from './data-directory.js';
import { EmbeddedPostgresError } from './embedded.errors.js';
import { signal } from './os-processes.js';
import type { ServerUser } from './server-user.js';

const READY_TIMEOUT_MS = 60_000;
const FAST_STOP_TIMEOUT_MS = 15_000;

/** Servers to be told to stop should this process end without `stop()`. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGINT');
});

/** A running `postgres`, from its start until it is gone. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: DataDirectory,
    readonly exited: Promise<void>,
  ) {}

  /** Starts the server and resolves when it takes connections. */
  static async start(
    postgres: string,
    user: ServerUser,
    directory: DataDirectory,
    settings: Record<string, string>,
  ): Promise<ServerProcess> {
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // Its output goes to a file: through a pipe, a busy or dead parent would block or break the server's backends.
    const log = openSync(directory.logFile, 'w', 0o600);
    // A process group of its own: Ctrl-C in a terminal must reach the services first and the database last.
    const child = spawn(postgres, ['-D', directory.cluster, ...flags], {
      ...user.spawnAs,
      cwd: directory.cluster,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    running.add(child);
    const exited = new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', () => resolve());
    }).then(() => void running.delete(child));
    const server = new ServerProcess(child, directory, exited);
    writeFileSync(directory.ownerFile, String(process.pid));
    await server.ready();
    return server;
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (this.isRunning()) {
      if (this.status() === 'ready') {
        // An idle server must not keep a program alive that has nothing else to do.
        this.child.unref();
        return;
      }
      if (Date.now() > deadline) {
        await this.stop('SIGQUIT');
        throw new EmbeddedPostgresError(
          `PostgreSQL did not become ready within a minute; see ${this.directory.logFile}.`,
        );
      }
      await sleep(10);
    }
    rmSync(this.directory.ownerFile, { force: true });
    throw new EmbeddedPostgresError(`PostgreSQL ended while starting: ${this.reason()}`);
  }

  /** The last line of postmaster.pid, when that file is this server's. */
  private status(): string | undefined {
    const file = join(this.directory.cluster, 'postmaster.pid');
    if (!existsSync(file)) return undefined;
    const lines = readFileSync(file, 'utf8').split('\n');
    return Number(lines[0]) === this.child.pid ? lines[7]?.trim() : undefined;
  }

  private reason(): string {
    const lines = readFileSync(this.directory.logFile, 'utf8').trim().split('\n');
    const fatal = lines.filter((line) => /FATAL|PANIC/.test(line)).at(-1) ?? lines.at(-1) ?? '';
    const message = fatal.replace(/^.*?(?:FATAL|PANIC):\s*/, '') || 'it wrote no reason';
    return `${message}${/[.!?]$/.test(message) ? '' : '.'} (${this.directory.logFile})`;
  }

  private isRunning(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends the server: SIGINT lets it write its last checkpoint, SIGQUIT does not. Safe to call twice. */
  async stop(how: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    if (this.isRunning()) {
      this.child.ref();
      this.child.kill(how);
      const inTime = await Promise.race([
        this.exited.then(() => true),
        sleep(FAST_STOP_TIMEOUT_MS, false, { ref: false }),
      ]);
      if (!inTime) signal(this.child.pid, 'SIGQUIT');
      await this.exited;
    }
    rmSync(this.directory.ownerFile, { force: true });
  }
}
