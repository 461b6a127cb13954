import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { FakeFileType } from './fake-files.js';

/** One generation at an asynchronous provider. */
export interface FakeTask {
  id: string;
  model: string;
  input: Readonly<Record<string, unknown>>;
  webhook: string | undefined;
  createdAt: Date;
  /** How often it was asked for. */
  polls: number;
  state: 'running' | 'succeeded' | 'failed' | 'refused' | 'canceled';
  files: { type: FakeFileType; count: number };
}

export interface FakeTaskOptions {
  /** How often a task is asked for before it is finished; 1: the first look finds it done. */
  pollsToFinish?: number;
  /** How long a task takes, for measurements; told by the number of looks when left out. */
  taskMs?: number;
  /** Report ends as soon as they are seen, those of `taskMs` as they happen; only on demand when left out. */
  reportEnds?: boolean;
  /** A JPEG that every picture is, of a size that is usual; small drawings when left out. */
  picture?: Buffer;
}

/** The fate that can be planned for a task with `failNext`. */
export type FakeTaskFault = 'task_failed' | 'task_refused';

/** The generations of a fake, by id. */
export class FakeTasks {
  private readonly tasks = new Map<string, FakeTask>();

  /** @param onEnd told of ends by time, when these are reported */
  constructor(
    private readonly options: FakeTaskOptions,
    private readonly onEnd?: (task: FakeTask) => void,
  ) {}

  create(task: Pick<FakeTask, 'model' | 'input' | 'webhook' | 'files'>, fault: string | undefined): FakeTask {
    const fates: Readonly<Record<string, FakeTask['state']>> = { task_failed: 'failed', task_refused: 'refused' };
    const made: FakeTask = {
      ...task,
      id: randomUUID(),
      createdAt: new Date(),
      polls: 0,
      state: fates[fault ?? ''] ?? 'running',
    };
    this.tasks.set(made.id, made);
    const { taskMs, reportEnds } = this.options;
    if (taskMs !== undefined && reportEnds) setTimeout(() => this.end(made), taskMs).unref();
    return made;
  }

  find(id: string): FakeTask | undefined {
    return this.tasks.get(id);
  }

  /** Newest first. */
  all(): FakeTask[] {
    return [...this.tasks.values()].reverse();
  }

  /** One look from outside: a task may be done by then. */
  look(task: FakeTask): FakeTask {
    task.polls += 1;
    if (task.state === 'running' && this.isDone(task)) task.state = 'succeeded';
    return task;
  }

  private end(task: FakeTask): void {
    if (task.state === 'running') task.state = 'succeeded';
    this.onEnd?.(task);
  }

  private isDone({ polls, createdAt }: FakeTask): boolean {
    const { taskMs, pollsToFinish = 1 } = this.options;
    return taskMs === undefined ? polls >= pollsToFinish : Date.now() - createdAt.getTime() >= taskMs;
  }

  cancel(task: FakeTask): FakeTask {
    if (task.state === 'running') task.state = 'canceled';
    return task;
  }
}

/** A report as the provider signs it. */
export interface FakeReport {
  headers: Record<string, string>;
  body: string;
}

/** Sends a report where the task asked for it. @returns the status of the answer */
export async function sendReport(url: string, { headers, body }: FakeReport): Promise<number> {
  // As with the real one, the answer to the create is on its way before.
  await wait(0);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  await answer.arrayBuffer();
  return answer.status;
}
