import type { z } from 'zod';
import type { Trx } from '#core/db';

/** The queues; each has workers of its own, so that one kind of work never starves another. */
export const QUEUES = ['image', 'video', 'audio', 'webhook', 'maintenance', 'dead-letter'] as const;
export type QueueName = (typeof QUEUES)[number];

/** Queues that a worker consumes; `dead-letter` only keeps what was given up, for people to look at and re-drive. */
export const CONSUMED_QUEUES = QUEUES.filter((queue) => queue !== 'dead-letter');

export interface JobDefinition<Payload = unknown> {
  readonly queue: QueueName;
  /** `<feature>.<verb-noun>`, unique within its queue. */
  readonly name: string;
  /** Ids only: the row is the truth. A field added later is optional, for rolling deploys. */
  readonly payload: z.ZodType<Payload>;
  /** Tries when the handler throws. */
  readonly attempts: number;
  readonly backoff: { delayMs: number; jitter: number };
  /** Set for jobs that run on a schedule. */
  readonly everyMs?: number;
  /**
   * Whether what the message stands for has ended, so that handling it would do nothing; absent: it never has. `trx` acts
   * as an operator.
   */
  isOver?(trx: Trx, payload: Payload): Promise<boolean>;
}

const definitions = new Map<string, JobDefinition>();

/**
 * Declares a job. Enqueueing and handling are typed by it.
 * @throws Error when queue and name are taken: a programming mistake that must stop the boot.
 */
export function defineJob<Payload>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  const key = jobKey(definition);
  if (definitions.has(key)) throw new Error(`The job ${key} is declared twice`);
  definitions.set(key, definition);
  return definition;
}

/** Every job declared by the modules loaded so far. */
export function declaredJobs(): JobDefinition[] {
  return [...definitions.values()];
}

export function jobKey(definition: Pick<JobDefinition, 'queue' | 'name'>): string {
  return `${definition.queue}/${definition.name}`;
}
