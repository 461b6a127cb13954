import { fork, type ChildProcess } from 'node:child_process';
import { readLines } from './line-reader.js';
import type { ServiceLog } from './service-log.js';

/**
 * Node 24 lets the young generation grow to a size that only pays in batch work: an idle service would hold some 40 MB
 * of garbage, and with 16 MB, which Node used before, 10 MB more than with 8.
 */
export const NODE_FLAGS = ['--max-semi-space-size=8'];

/**
 * glibc keeps a heap for each thread, eight for each core, and gives little of them back: a worker that decodes pictures
 * in several threads would hold 50 MB more.
 */
export const MEMORY_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };

const KEPT_LINES = 20;

export interface ServiceDefinition {
  name: string;
  /** The compiled program, run with `fork`, so that it notices at once when the platform dies. */
  script: string;
  /** Its whole environment, but for what keeps its memory small. */
  env: Record<string, string>;
  /** Flags for Node. */
  nodeFlags?: string[];
}

/** How a process ended. */
export interface Death {
  /** `exit code 1`, `signal SIGKILL`, `spawn … ENOENT` */
  how: string;
  /** The last thing it said on stderr. */
  lastWords: string | undefined;
  livedMs: number;
}

/** One run of a service, from `fork` to its end. */
export class ServiceProcess {
  /** Settles when the service says that it serves, with its URL when it has one. Never rejects: see `ended`. */
  readonly ready: Promise<string | undefined>;
  readonly ended: Promise<Death>;
  private readonly child: ChildProcess;
  private readonly startedAt = Date.now();
  private readonly stderr: string[] = [];

  constructor(definition: ServiceDefinition, log: ServiceLog) {
    this.child = fork(definition.script, [], {
      env: { ...MEMORY_ENVIRONMENT, ...definition.env },
      execArgv: [...NODE_FLAGS, ...(definition.nodeFlags ?? [])],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A process group of its own: Ctrl-C in a terminal reaches the platform only, which stops things in order.
      detached: process.platform !== 'win32',
    });
    this.ready = new Promise((resolve) => {
      this.child.on('message', (message) => {
        if (isReady(message)) resolve(message.url);
      });
    });
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(this.death(error.message)));
      this.child.once('close', (code, signal) =>
        resolve(this.death(signal === null ? `exit code ${code}` : `signal ${signal}`)),
      );
    });
    if (this.child.stdout) readLines(this.child.stdout, (line) => log(definition.name, line));
    if (this.child.stderr) {
      readLines(this.child.stderr, (line) => {
        this.remember(line);
        log(definition.name, line);
      });
    }
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Asks it to finish what it does and end; ends it by force after `timeoutMs`. False when force was needed. */
  async stop(timeoutMs: number): Promise<boolean> {
    this.child.kill('SIGTERM');
    let inTime = true;
    const timer = setTimeout(() => {
      inTime = false;
      this.kill();
    }, timeoutMs);
    await this.ended;
    clearTimeout(timer);
    return inTime;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private remember(line: string): void {
    if (line.trim() === '') return;
    this.stderr.push(line.trim());
    if (this.stderr.length > KEPT_LINES) this.stderr.shift();
  }

  private death(how: string): Death {
    return { how, lastWords: lastWords(this.stderr), livedMs: Date.now() - this.startedAt };
  }
}

/** The reason among the last lines: a crash report of the runtime is mostly stack and source. */
function lastWords(lines: string[]): string | undefined {
  const error = lines.findLastIndex((line) => /^\w*Error\b.*: /.test(line));
  const words = lines.slice(Math.max(error, 0)).filter((line) => !/^(at |Node\.js v|file:\/\/)/.test(line));
  return words.join(' ') || undefined;
}

function isReady(message: unknown): message is { type: 'ready'; url?: string } {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
