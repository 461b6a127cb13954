import { Inject, Injectable } from '@nestjs/common';
import type { Job, JobsOptions, Queue } from 'bullmq';
import { Batcher } from '#core/batching';
import type { JobDefinition, QueueName } from './define-job.js';

export const QUEUE_MAP = Symbol('Queues');

export interface EnqueueOptions {
  /**
   * Two messages with one id are one message while the first is still in the queue. The row's claim is what makes work
   * happen once; this only spares the queue.
   */
  messageId?: string;
  delayMs?: number;
}

export interface Enqueued<Payload> extends EnqueueOptions {
  payload: Payload;
}

/** Puts typed jobs on the queues. A message carries ids only; losing all of them loses no work. */
@Injectable()
export class Queues {
  private readonly batchers: ReadonlyMap<QueueName, Batcher<Message, Job>>;

  constructor(@Inject(QUEUE_MAP) private readonly queues: ReadonlyMap<QueueName, Queue>) {
    this.batchers = new Map([...queues].map(([name, queue]) => [name, batcherOf(queue)]));
  }

  /** Concurrent calls travel together: on PostgreSQL a commit for each of them would be most of the work. */
  async enqueue<Payload>(
    definition: JobDefinition<Payload>,
    payload: Payload,
    options: EnqueueOptions = {},
  ): Promise<void> {
    await this.batchers.get(definition.queue)?.add(toMessage(definition, { payload, ...options }));
  }

  /** Many jobs of one definition in one round trip. */
  async enqueueMany<Payload>(definition: JobDefinition<Payload>, jobs: Enqueued<Payload>[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.queue(definition.queue).addBulk(jobs.map((job) => toMessage(definition, job)));
  }

  /** Takes a waiting or delayed message back; whether it was still there does not matter, the claim decides. */
  async withdraw(definition: JobDefinition, messageId: string): Promise<void> {
    await this.queue(definition.queue).remove(messageId);
  }

  /**
   * Brings a delayed message forward to now.
   * @returns what was found: `running` means that a worker has it in hand and may be about to delay it
   */
  async hasten(definition: JobDefinition, messageId: string): Promise<'hastened' | 'in_line' | 'running' | 'missing'> {
    const message = await this.queue(definition.queue).getJob(messageId);
    const state = await message?.getState();
    if (!message || state === undefined || state === 'unknown') return 'missing';
    if (state !== 'delayed') return state === 'active' ? 'running' : 'in_line';
    await message.promote();
    return 'hastened';
  }

  /** Keeps a copy of a message that was given up where Bull Board shows it; its row is the truth. */
  async keepDeadLetter(messageId: string, name: string, letter: object): Promise<void> {
    const options = { jobId: messageId, removeOnComplete: true, removeOnFail: false };
    await this.queue('dead-letter').add(name, letter, options);
  }

  /** Takes the copy back. Best effort. */
  async forgetDeadLetter(messageId: string): Promise<void> {
    await this.queue('dead-letter')
      .remove(messageId)
      .catch(() => undefined);
  }

  /** Makes the schedules of the declared jobs true: new ones begin, changed ones change, forgotten ones end. */
  async schedule(definitions: JobDefinition[]): Promise<void> {
    for (const [name, queue] of this.queues) {
      const wanted = definitions.filter((definition) => definition.queue === name);
      for (const known of await queue.getJobSchedulers()) {
        if (!wanted.some((definition) => definition.name === known.key)) await queue.removeJobScheduler(known.key);
      }
      for (const definition of wanted) {
        const opts = toBullOptions(definition, {});
        await queue.upsertJobScheduler(
          definition.name,
          { every: definition.everyMs },
          { name: definition.name, data: {}, opts },
        );
      }
    }
  }

  queue(name: QueueName): Queue {
    const queue = this.queues.get(name);
    if (!queue) throw new Error(`The queue ${name} is not registered`);
    return queue;
  }
}

/** A message as BullMQ takes it. */
interface Message {
  name: string;
  data: unknown;
  opts: JobsOptions;
}

const MAX_BATCH = 100;
/** On PostgreSQL each call notifies the workers, and commits that notify wait for each other: more would only queue up. */
const MAX_RUNNING = 1;

function batcherOf(queue: Queue): Batcher<Message, Job> {
  return new Batcher({ run: (messages) => queue.addBulk(messages), maxItems: MAX_BATCH, maxRunning: MAX_RUNNING });
}

/**
 * Finished messages are of no use (the row tells the story), and one kept under its id would swallow a message that is
 * sent again. Those given up are kept for people in `dead-letter`.
 */
const RETENTION = { removeOnComplete: true, removeOnFail: true } as const;

function toMessage<Payload>(definition: JobDefinition<Payload>, { payload, ...options }: Enqueued<Payload>): Message {
  return { name: definition.name, data: payload, opts: toBullOptions(definition, options) };
}

function toBullOptions(definition: JobDefinition, options: EnqueueOptions): JobsOptions {
  return {
    ...RETENTION,
    jobId: options.messageId,
    delay: options.delayMs === undefined ? undefined : Math.ceil(options.delayMs),
    attempts: definition.attempts,
    backoff: { type: 'exponential', delay: definition.backoff.delayMs, jitter: definition.backoff.jitter },
  };
}
