import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceLog } from './service-log.js';
import { ServiceProcess, type Death, type ServiceDefinition } from './service.js';
import { StartupError } from './startup.errors.js';

/** When to start a service again and when to give up. */
export interface RestartPolicy {
  /** Deaths in a row, each soon after the start, after which everything stops. */
  maxQuickDeaths: number;
  /** A service that lived at least this long is healthy: its next death counts as the first again. */
  quickMs: number;
  /** Wait before the first restart; doubles with every further quick death. */
  backoffMs: number;
  maxBackoffMs: number;
}

export const RESTART_POLICY: RestartPolicy = {
  maxQuickDeaths: 5,
  quickMs: 30_000,
  backoffMs: 500,
  maxBackoffMs: 8_000,
};

export interface SupervisorOptions {
  log: ServiceLog;
  /** Takes sentences for the user: a death, a restart, a stop that needed force. */
  notice: (text: string) => void;
  /** How long a service may take to drain. */
  stopTimeoutMs: number;
  policy?: RestartPolicy;
  /** While developing, a service that cannot live waits for `restart()` instead of ending everything. */
  waitsForChange?: boolean;
}

/** Keeps services running until told to stop. */
export class Supervisor {
  private readonly policy: RestartPolicy;
  private readonly running = new Map<string, ServiceProcess>();
  private readonly loops: Promise<void>[] = [];
  /** Aborted when stopping begins: wakes up the waits between restarts. */
  private readonly stopping = new AbortController();
  /** Services that are being replaced on purpose: their end is no death. */
  private readonly replaced = new WeakSet<ServiceProcess>();
  private readonly failure = Promise.withResolvers<never>();
  /** Resolved by `restart()` for services that are not running at that moment. */
  private change = Promise.withResolvers<undefined>();

  constructor(private readonly options: SupervisorOptions) {
    this.policy = options.policy ?? RESTART_POLICY;
    // Whoever waits for `failed` hears of it; nobody waiting is not a crash.
    this.failure.promise.catch(() => undefined);
  }

  /** Rejects with a StartupError when a service cannot be kept alive. */
  get failed(): Promise<never> {
    return this.failure.promise;
  }

  /** Starts the services side by side; resolves when every one serves, with their URLs by name. */
  async start(definitions: ServiceDefinition[]): Promise<Map<string, string | undefined>> {
    const urls = new Map<string, string | undefined>();
    const allReady = definitions.map(
      (definition) =>
        new Promise<void>((resolve) => {
          const loop = this.keepAlive(definition, (url) => {
            urls.set(definition.name, url);
            resolve();
          });
          this.loops.push(loop.catch((error: unknown) => this.failure.reject(error)));
        }),
    );
    await Promise.race([Promise.all(allReady), this.failed]);
    return urls;
  }

  /** Lets every service finish and starts it anew; for changed code. */
  async restart(): Promise<void> {
    this.change.resolve(undefined);
    this.change = Promise.withResolvers<undefined>();
    await Promise.all(
      [...this.running.values()].map((service) => {
        this.replaced.add(service);
        return service.stop(this.options.stopTimeoutMs);
      }),
    );
  }

  /** Lets every service finish, by force when it takes too long. Safe to call twice. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.running].map(([name, service]) => this.stopOne(name, service)));
    await Promise.all(this.loops);
  }

  /** Ends every service at once. */
  kill(): void {
    this.stopping.abort();
    for (const service of this.running.values()) service.kill();
  }

  private async stopOne(name: string, service: ServiceProcess): Promise<void> {
    const inTime = await service.stop(this.options.stopTimeoutMs);
    if (inTime) return;
    this.options.notice(`${name} did not finish within ${this.options.stopTimeoutMs / 1000} s and was ended by force.`);
  }

  private async keepAlive(definition: ServiceDefinition, onReady: (url?: string) => void): Promise<void> {
    let quickDeaths = 0;
    while (!this.isStopping()) {
      const service = new ServiceProcess(definition, this.options.log);
      this.running.set(definition.name, service);
      void service.ready.then(onReady);
      const death = await service.ended;
      this.running.delete(definition.name);
      if (this.isStopping()) return;
      if (this.replaced.has(service)) {
        quickDeaths = 0;
        continue;
      }
      quickDeaths = death.livedMs < this.policy.quickMs ? quickDeaths + 1 : 1;
      if (this.options.waitsForChange) {
        this.options.notice(`${definition.name} ended (${death.how}); it starts again with the next change.`);
        await this.unlessStopping(this.change.promise);
        continue;
      }
      if (quickDeaths >= this.policy.maxQuickDeaths) throw this.giveUp(definition.name, death);
      await this.backOff(definition.name, death, quickDeaths);
    }
  }

  private async backOff(name: string, death: Death, quickDeaths: number): Promise<void> {
    const { backoffMs, maxBackoffMs, maxQuickDeaths } = this.policy;
    const waitMs = Math.min(backoffMs * 2 ** (quickDeaths - 1), maxBackoffMs);
    this.options.notice(
      `${name} ended unexpectedly (${death.how}); starting it again in ${waitMs / 1000} s (${quickDeaths} of ${maxQuickDeaths}).`,
    );
    await sleep(waitMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async unlessStopping(wait: Promise<unknown>): Promise<void> {
    const { signal } = this.stopping;
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([wait, stopped]);
  }

  private giveUp(name: string, death: Death): StartupError {
    const lastWords = death.lastWords ? `: ${death.lastWords}` : ', without a word';
    return new StartupError(
      `${name} ended ${this.policy.maxQuickDeaths} times in a row soon after its start, the last time with ${death.how}${lastWords}`,
    );
  }
}
