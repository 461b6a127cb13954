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

/** Makes the BullMQ worker of one queue; all of them only dispatch. */
function workerHost(queue: QueueName): Type<WorkerHost> {
  // Not before the application is whole: handlers must be checked and everything they use must be up.
  @Processor(queue, { autorun: false, stalledInterval: 15_000, lockDuration: 30_000 })
  class QueueWorker extends WorkerHost {
    constructor(private readonly dispatcher: JobDispatcher) {
      super();
    }

    process(message: Job, token?: string): Promise<void> {
      return this.dispatcher.dispatch(message, token);
    }

    @OnWorkerEvent('failed')
    async failed(message: Job | undefined, error: Error): Promise<void> {
      const last = message && (message.finishedOn !== undefined || message.attemptsMade >= (message.opts.attempts ?? 1));
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
    for (const definition of this.dispatcher.scheduledJobs()) {
      await this.queues
        .queue(definition.queue)
        .upsertJobScheduler(definition.name, { every: definition.everyMs }, { name: definition.name, data: {} });
    }
    const { concurrency } = this.config.queue;
    for (const host of this.hosts) {
      const { worker } = host;
      worker.concurrency = ({ ...concurrency, webhook: 20, maintenance: 2 } as Record<string, number>)[worker.name] ?? 1;
      worker.on('error', (error) => this.logger.warn(`Queue ${worker.name}: ${error.message}`));
      worker.run().catch((error: unknown) => this.logger.error({ err: error }, `Worker ${worker.name} stopped`));
    }
    this.logger.log(`Working on ${this.hosts.map((host) => host.worker.name).join(', ')}`);
  }

  /** Stops taking, lets running handlers finish or hand back, within the time allowed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.dispatcher.stop();
    const closing = Promise.all(this.hosts.map((host) => host.worker.close()));
    await Promise.race([closing, after(this.config.shutdownTimeoutMs)]);
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Consumes the queues in this process. The worker app imports it; the API does not. */
@Module({})
export class WorkerModule {
  static forRoot(): DynamicModule {
    const hosts = CONSUMED_QUEUES.map(workerHost);
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
