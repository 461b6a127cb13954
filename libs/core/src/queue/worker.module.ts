import { BullModule, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type Type,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { Job } from 'bullmq';
import { AppConfig } from '#core/config';
import { CONSUMED_QUEUES, type QueueName } from './define-job.js';
import { JobDispatcher } from './job-dispatcher.js';
import { Queues } from './queues.js';

const WORKER_HOSTS = Symbol('WorkerHosts');
/** What handing back takes at most: a statement or two. */
const HAND_BACK_MS = 5000;

/** Makes the BullMQ worker of one queue; all of them only dispatch. */
function workerHost(queue: QueueName, leaseMs: number): Type<WorkerHost> {
  // Not before the application is whole: handlers must be checked and everything they use must be up.
  // A dead worker's messages come back when its lock ran out. How often that may happen is decided on the row.
  @Processor(queue, { autorun: false, lockDuration: leaseMs, stalledInterval: leaseMs / 2, maxStalledCount: 100 })
  class QueueWorker extends WorkerHost {
    constructor(private readonly dispatcher: JobDispatcher) {
      super();
    }

    process(message: Job, token?: string): Promise<void> {
      return this.dispatcher.dispatch(message, token);
    }

    @OnWorkerEvent('failed')
    async failed(message: Job | undefined, error: Error): Promise<void> {
      const last =
        message && (message.finishedOn !== undefined || message.attemptsMade >= (message.opts.attempts ?? 1));
      if (!last) return;
      await this.dispatcher.exhausted(message, error).catch((cause: unknown) => {
        // The row stays as it is; the sweeper finds it again.
        new Logger('Jobs').error({ err: cause, messageId: message.id }, 'Giving up a job failed');
      });
    }
  }
  Object.defineProperty(QueueWorker, 'name', { value: `${queue}-worker` });
  Inject(JobDispatcher)(QueueWorker, undefined, 0);
  return QueueWorker;
}

/** Starts the workers once the application is whole, and drains them before anything they use goes away. */
@Injectable()
class WorkerLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Worker');

  constructor(
    @Inject(WORKER_HOSTS) private readonly hosts: WorkerHost[],
    private readonly dispatcher: JobDispatcher,
    private readonly queues: Queues,
    private readonly config: AppConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queues.schedule(this.dispatcher.scheduledJobs());
    const { concurrency } = this.config.queue;
    for (const host of this.hosts) {
      const { worker } = host;
      worker.concurrency =
        ({ ...concurrency, webhook: 20, maintenance: 2 } as Record<string, number>)[worker.name] ?? 1;
      worker.on('error', (error) => this.logger.warn(`Queue ${worker.name}: ${error.message}`));
      worker.run().catch((error: unknown) => this.logger.error({ err: error }, `Worker ${worker.name} stopped`));
    }
    this.logger.log(`Working on ${this.hosts.map((host) => host.worker.name).join(', ')}`);
  }

  /**
   * Stops taking work and lets running handlers finish; those that have not when the time runs short are told to hand
   * back what they hold.
   */
  async beforeApplicationShutdown(): Promise<void> {
    const allowedMs = this.config.shutdownTimeoutMs;
    const handBack = setTimeout(() => this.dispatcher.stop(), Math.max(0, allowedMs - HAND_BACK_MS));
    const closing = Promise.all(this.hosts.map((host) => host.worker.close()));
    await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, allowedMs).unref())]);
    clearTimeout(handBack);
  }
}

/** Consumes the queues in this process. The worker app imports it; the API does not. */
@Module({})
export class WorkerModule {
  static forRoot(options: { leaseMs: number }): DynamicModule {
    const hosts = CONSUMED_QUEUES.map((queue) => workerHost(queue, options.leaseMs));
    return {
      module: WorkerModule,
      imports: [DiscoveryModule, BullModule],
      providers: [
        JobDispatcher,
        ...hosts,
        { provide: WORKER_HOSTS, useFactory: (...instances: WorkerHost[]) => instances, inject: hosts },
        WorkerLifecycle,
      ],
    };
  }
}
