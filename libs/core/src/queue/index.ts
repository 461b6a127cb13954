export { declaredJobs, defineJob, jobKey, QUEUES, type JobDefinition, type QueueName } from './define-job.js';
export { DeadLettersRepository, type DeadLetterRow, type FailedAttempt } from './dead-letters.repository.js';
export { HandlesJobs, type JobHandler, type JobOutcome, type JobRun } from './job-handler.js';
export { QueueModule, QUEUE_CONNECTION } from './queue.module.js';
export type { QueueConnection } from './queue-backend.js';
export { Queues, type Enqueued, type EnqueueOptions } from './queues.js';
export { WorkerModule } from './worker.module.js';
