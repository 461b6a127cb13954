import type { Db } from '#core/db';
import type { ClaimedJob } from './claimed-job.js';
import type { GenerationsRepository } from './generations.repository.js';
import type { ProviderAbilities } from '../providers/provider.js';

/** Why work on a job was broken off. */
export type Interruption = 'lease_lost' | 'cancel_requested' | 'deadline_passed' | 'shutdown';

/**
 * Holds a claimed job while the provider works: renews its lease, and breaks the work off when the job was taken away or
 * the worker shuts down; and when its owner wants it stopped or its deadline passes, while it can still be stopped.
 */
export class Lease {
  private readonly controller = new AbortController();
  private readonly renewal: NodeJS.Timeout;
  private readonly deadline: NodeJS.Timeout | undefined;
  private readonly onShutdown: () => void;
  interruption: Interruption | undefined;
  /** The provider was asked to start in this step: broken off now, nobody knows whether it did. */
  submitted = false;
  /** The provider has done its part: only its files are left to fetch. */
  made = false;

  constructor(
    private readonly db: Db,
    private readonly repository: GenerationsRepository,
    private readonly job: ClaimedJob,
    private readonly abilities: ProviderAbilities,
    private readonly leaseMs: number,
    private readonly shutdown: AbortSignal,
  ) {
    this.renewal = setInterval(() => void this.renew(), leaseMs / 3);
    this.onShutdown = () => this.interrupt('shutdown');
    shutdown.addEventListener('abort', this.onShutdown, { once: true });
    if (shutdown.aborted) this.interrupt('shutdown');
    if (job.cancelRequestedAt) this.interrupt('cancel_requested');
    if (job.deadlineAt) {
      // setTimeout overflows beyond 24.8 days; so far ahead, the next claim looks again.
      const ms = Math.min(job.deadlineAt.getTime() - Date.now(), 2 ** 31 - 1);
      if (ms <= 0) this.interrupt('deadline_passed');
      else this.deadline = setTimeout(() => this.interrupt('deadline_passed'), ms);
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  end(): void {
    clearInterval(this.renewal);
    clearTimeout(this.deadline);
    this.shutdown.removeEventListener('abort', this.onShutdown);
  }

  private async renew(): Promise<void> {
    try {
      const { held, cancelRequested } = await this.repository.renew(this.db, this.job, this.leaseMs);
      if (!held) this.interrupt('lease_lost');
      else if (cancelRequested) this.interrupt('cancel_requested');
    } catch {
      // The database is away: the lease may run out, and the guard of every later statement decides then.
    }
  }

  private interrupt(reason: Interruption): void {
    if (this.interruption) return;
    if ((reason === 'cancel_requested' || reason === 'deadline_passed') && !this.canBeStopped()) return;
    this.interruption = reason;
    this.controller.abort(new Error(reason));
  }

  /**
   * What a provider has accepted and cannot stop will be billed, whatever becomes of the job: it is brought to its end,
   * delivered and charged. Otherwise whoever cancels in time would make it for nothing, as often as wanted.
   */
  private canBeStopped(): boolean {
    if (this.made) return false;
    if (this.abilities.idempotentSubmit) return true;
    if (this.job.externalId !== null) return this.abilities.cancel;
    return !this.submitted && this.job.submitStartedAt === null;
  }
}
