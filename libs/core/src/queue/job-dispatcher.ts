import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { type Db, InjectDb } from '#core/db';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { declaredJobs, type JobDefinition, jobKey } from './define-job.js';
import { HANDLES, type JobHandler } from './job-handler.js';
import { Queues } from './queues.js';

interface Registration {
  definition: JobDefinition;
  handler: JobHandler<unknown>;
}

/** Brings every message to the one handler of its job. */
@Injectable()
export class JobDispatcher implements OnModuleInit {
  private readonly logger = new Logger('Jobs');
  private readonly registrations = new Map<string, Registration>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly queues: Queues,
    @InjectDb() private readonly db: Db,
    private readonly letters: DeadLettersRepository,
  ) {}

  /** @throws Error when a declared job has no handler, or two: such a worker must not start. */
  onModuleInit(): void {
    for (const wrapper of this.discovery.getProviders()) {
      const instance = wrapper.instance as JobHandler<unknown> | undefined;
      if (!instance) continue;
      const definitions = Reflect.getMetadata(HANDLES, instance.constructor) as JobDefinition[] | undefined;
      for (const definition of definitions ?? []) {
        const key = jobKey(definition);
        if (this.registrations.has(key)) throw new Error(`The job ${key} has two handlers`);
        this.registrations.set(key, { definition, handler: instance });
      }
    }
    const orphans = declaredJobs().filter((definition) => !this.registrations.has(jobKey(definition)));
    if (orphans.length > 0) throw new Error(`No handler for the job(s) ${orphans.map(jobKey).join(', ')}`);
  }

  /** Jobs that run on a schedule. */
  scheduledJobs(): JobDefinition[] {
    return [...this.registrations.values()].map(({ definition }) => definition).filter(({ everyMs }) => everyMs);
  }

  /** Tells running handlers to hand back what they hold. */
  stop(): void {
    this.stopping.abort();
  }

  async dispatch(message: Job, token?: string): Promise<void> {
    const registration = this.registrations.get(`${message.queueName}/${message.name}`);
    // A message of a newer release, or of a job that was removed: retrying cannot help, keeping it for people can.
    if (!registration) throw new UnrecoverableError(`No handler for ${message.queueName}/${message.name}`);
    const payload = registration.definition.payload.safeParse(message.data);
    if (!payload.success) throw new UnrecoverableError(`The payload does not fit: ${payload.error.message}`);
    const outcome = await registration.handler.handle(payload.data, {
      attempt: message.attemptsMade + 1,
      signal: this.stopping.signal,
    });
    if (outcome?.again) {
      // PostgreSQL keeps whole milliseconds and refuses others.
      await message.moveToDelayed(Date.now() + Math.ceil(outcome.again.afterMs), token);
      throw new DelayedError();
    }
  }

  /** After the last try: let the handler end its row honestly, and keep the message where people can re-drive it. */
  async exhausted(message: Job, error: Error): Promise<void> {
    const registration = this.registrations.get(`${message.queueName}/${message.name}`);
    const payload = registration?.definition.payload.safeParse(message.data);
    this.logger.error(
      { err: error, queue: message.queueName, job: message.name, messageId: message.id },
      'Job given up',
    );
    if (payload?.success) await registration?.handler.giveUp?.(payload.data, error);
    const history = message.stacktrace ?? [];
    const letter = {
      queue: message.queueName,
      payload: message.data as unknown,
      error: error.message,
      attempts: history.map((stack, index) => ({
        attempt: message.attemptsMade - history.length + index + 1,
        error: stack.split('\n', 1)[0] ?? '',
        stack,
      })),
    };
    const messageId = `${message.queueName}-${message.id}`;
    await this.letters.insert(this.db, { ...letter, name: message.name, messageId });
    await this.queues.keepDeadLetter(messageId, message.name, { ...letter, failedAt: new Date().toISOString() });
  }
}
