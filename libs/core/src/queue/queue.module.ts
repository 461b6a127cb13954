import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { type DynamicModule, Inject, Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { AppConfig } from '#core/config';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { QUEUES } from './define-job.js';
import { openQueueConnection, type QueueConnection } from './queue-backend.js';
import { QUEUE_MAP, Queues } from './queues.js';

export const QUEUE_CONNECTION = Symbol('QueueConnection');

@Injectable()
class QueueConnectionCloser implements OnApplicationShutdown {
  constructor(@Inject(QUEUE_CONNECTION) private readonly connection: QueueConnection) {}

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}

@Module({})
class QueueConnectionModule {
  static forRoot(poolSize: number): DynamicModule {
    return {
      module: QueueConnectionModule,
      global: true,
      providers: [
        {
          provide: QUEUE_CONNECTION,
          useFactory: (config: AppConfig) => openQueueConnection(config, poolSize),
          inject: [AppConfig],
        },
        QueueConnectionCloser,
      ],
      exports: [QUEUE_CONNECTION],
    };
  }
}

/** The queues of the process, on one backend. `poolSize` bounds the connections when that is PostgreSQL. */
@Module({})
export class QueueModule {
  static forRoot(options: { poolSize: number }): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [
        QueueConnectionModule.forRoot(options.poolSize),
        BullModule.forRootAsync({
          useFactory: (connection: QueueConnection) => ({ connection: connection.connection, prefix: 'base' }),
          inject: [QUEUE_CONNECTION],
        }),
        BullModule.registerQueue(...QUEUES.map((name) => ({ name }))),
      ],
      providers: [
        {
          provide: QUEUE_MAP,
          useFactory: (...queues: Queue[]) => {
            const logger = new Logger('Queue');
            // Without a listener a broken connection would be an unhandled error; the queue reconnects by itself.
            for (const queue of queues) queue.on('error', (error) => logger.warn(`${queue.name}: ${error.message}`));
            return new Map(QUEUES.map((name, index) => [name, queues[index]]));
          },
          inject: QUEUES.map((name) => getQueueToken(name)),
        },
        Queues,
        DeadLettersRepository,
      ],
      exports: [Queues, DeadLettersRepository],
    };
  }
}
