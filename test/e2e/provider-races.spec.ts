import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type FakeProviders, type FakeServer, type FakeTask, sendReport } from '#ai/testing';
import { cancelJob, createJob, getJob, type JobDto } from '#sdk';
import { type Agency, balanceOf, createAgency, followToEnd, runJob } from '../support/agency.js';
import { eventually } from '../support/eventually.js';
import {
  ASYNCHRONOUS,
  CREDITS,
  eventsOf,
  isSynchronous,
  JOBS,
  ProviderGround,
  type ProviderId,
  PROVIDERS,
  storyOf,
} from '../support/provider-ground.js';
import { withSql } from '../support/sql.js';

type Reporting = (typeof ASYNCHRONOUS)[number];
/** Can be told to stop. */
const STOPPABLE = ['replicate', 'fal'] as const;
const isStoppable = (provider: ProviderId) => STOPPABLE.some((stoppable) => stoppable === provider);

/** The order of things that happen at the same time, forced each way by answers that are kept back. */
describe('whatever comes first, a job ends once', () => {
  let ground: ProviderGround;
  /** Somebody else, with the same providers. */
  let bystander: Agency;

  beforeAll(async () => {
    const slow = { pollsToFinish: 2 };
    ground = await ProviderGround.start(
      { PROVIDER_RECOVERY_SECONDS: '4', PROVIDER_CIRCUIT_FAILURES: '2', PROVIDER_CIRCUIT_SECONDS: '1' },
      { replicate: slow, freepik: slow, fal: slow },
    );
    bystander = await createAgency(ground.stack, 10_000);
  });
  afterEach(async () => {
    expect(await ground.leftOver()).toEqual([]);
  });
  afterAll(async () => {
    await ground.stop();
  });

  /** How a job stands, what was told of it, and what it has cost. */
  const stateOf = async (provider: ProviderId, jobId: string) => {
    const client = ground.clientOf(provider);
    const { data: job } = await getJob({ client, path: { jobId }, throwOnError: true });
    const outputs = job.outputs.map(withoutPreviews);
    return {
      job: { ...job, outputs },
      story: storyOf(await eventsOf(client, jobId)),
      balance: await balanceOf(client),
    };
  };

  /** A job that is begun, and the answer to its first request of a kind kept back. */
  const heldJob = async (provider: ProviderId, kind: 'create' | 'poll' | 'file') => {
    const fake: FakeServer = ground.fakes[provider];
    const client = ground.clientOf(provider);
    const [before, creates, from] = [await balanceOf(client), fake.creates, fake.requests.length];
    const hold = fake.holdNext(kind);
    const { data } = await createJob({ client, body: JOBS[provider], throwOnError: true });
    await hold.reached;
    /** Lets the job come to its end, and tells all that matters of it. */
    const end = async () => {
      await followToEnd(client, data.id);
      const { job, story, balance } = await stateOf(provider, data.id);
      return {
        provider,
        status: job.status,
        story,
        outputs: job.outputs.length,
        charged: job.credits.charged,
        paid: before.available - balance.available,
        held: balance.held,
        creates: fake.creates - creates,
        stops: fake.requests.slice(from).filter((request) => request.kind === 'cancel').length,
      };
    };
    return { client, jobId: data.id, release: hold.release, end };
  };
  const delivered = (provider: ProviderId) => ({
    provider,
    status: 'succeeded',
    story: 'queued, processing, succeeded',
    outputs: 1,
    charged: CREDITS[provider],
    paid: CREDITS[provider],
    held: 0,
    creates: 1,
    stops: 0,
  });
  const canceled = (provider: ProviderId) => ({
    ...delivered(provider),
    status: 'canceled',
    story: 'queued, processing, canceled',
    outputs: 0,
    charged: 0,
    paid: 0,
    stops: 1,
  });

  /** Asks for a running job to be stopped. @returns when the worker that has it in hand has heard of it */
  const cancelHeld = async ({ client, jobId }: Awaited<ReturnType<typeof heldJob>>): Promise<void> => {
    const { data } = await cancelJob({ client, path: { jobId }, throwOnError: true });
    expect(data.outcome).toBe('requested');
    const read = 'select status, lease_expires_at::text as lease from ai_jobs where id = $1';
    const look = async () =>
      (
        await withSql(ground.stack.database.url, (query) =>
          query<{ status: string; lease: string | null }>(read, [jobId]),
        )
      )[0];
    const first = await look();
    // The worker learns of it when it renews its lease, and may have ended the job by then.
    const isHeard = async () => {
      const now = await look();
      return now?.status !== 'processing' || now.lease !== first?.lease;
    };
    await eventually(isHeard, 'the lease is renewed');
  };

  it('a cancel while the provider works: it is stopped and free, or delivered and paid by whose provider cannot stop', async () => {
    const ends = PROVIDERS.map(async (provider) => {
      const job = await heldJob(provider, isSynchronous(provider) ? 'create' : 'poll');
      await cancelHeld(job);
      if (!isStoppable(provider)) job.release();
      return job.end().finally(job.release);
    });
    expect(await Promise.all(ends)).toEqual(
      PROVIDERS.map((provider) => (isStoppable(provider) ? canceled(provider) : delivered(provider))),
    );
  });

  it('a cancel while the file is fetched comes too late: the job is delivered, and paid', async () => {
    const ends = ASYNCHRONOUS.map(async (provider) => {
      const job = await heldJob(provider, 'file');
      await cancelHeld(job);
      job.release();
      return job.end();
    });
    expect(await Promise.all(ends)).toEqual(ASYNCHRONOUS.map(delivered));
  });

  it('a database that is away when the answer comes: the job is delivered and paid once it is back', async () => {
    const job = await heldJob('openai', 'create');
    const { url } = ground.stack.database;
    const name = new URL(url).pathname.slice(1);
    const elsewhere = Object.assign(new URL(url), { pathname: '/postgres' }).toString();
    await withSql(elsewhere, async (query) => {
      await query(`alter database "${name}" allow_connections false`);
      await query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      job.release();
      const stored = async () =>
        (await readdir(ground.stack.dataDirectory, { recursive: true })).some((path) =>
          path.endsWith(`${job.jobId}/0.png`),
        );
      await eventually(stored, 'the file is stored');
      await query(`alter database "${name}" allow_connections true`);
    });
    expect(await job.end()).toEqual(delivered('openai'));
  });

  it('a cancel after the end is refused, and changes nothing', async () => {
    const refusals = PROVIDERS.map(async (provider) => {
      const client = ground.clientOf(provider);
      const { job } = await runJob(client, JOBS[provider]);
      const before = await stateOf(provider, job.id);
      const { response, error } = await cancelJob({ client, path: { jobId: job.id } });
      expect([response?.status, error]).toMatchObject([409, { code: 'ai.job_not_cancelable' }]);
      expect(await stateOf(provider, job.id)).toEqual(before);
      return before.job.status;
    });
    expect(await Promise.all(refusals)).toEqual(PROVIDERS.map(() => 'succeeded'));
  });

  /** A job whose create was accepted and never answered, with its task at the provider. */
  const unheardJob = async (provider: Reporting) => {
    const fake: FakeServer & Pick<FakeProviders[Reporting], 'tasks'> = ground.fakes[provider];
    const known = fake.tasks.all().length;
    fake.failNext('reset');
    // Nothing is found by looking.
    if (provider === 'replicate') fake.failNext('overloaded', { on: 'other', times: Infinity });
    const { data } = await createJob({ client: ground.clientOf(provider), body: JOBS[provider], throwOnError: true });
    await eventually(() => Promise.resolve(fake.tasks.all().length > known), 'the provider has the task');
    return { jobId: data.id, task: newestTask(provider) };
  };
  const newestTask = (provider: Reporting) => {
    const [newest] = ground.fakes[provider].tasks.all();
    if (!newest) throw new Error(`${provider} has no task`);
    return newest;
  };
  const report = (provider: Reporting, task: FakeTask, sentAt?: Date) => ground.fakes[provider].report(task, sentAt);

  /**
   * A genuine report of a generation that is done, twice, when the job is over. What it may set off is through when a
   * later job is. @returns how the job stands, which was the same before
   */
  const reportLate = async (provider: Reporting, jobId: string, task: FakeTask) => {
    const fake = ground.fakes[provider];
    const before = await stateOf(provider, jobId);
    const asked = () => fake.requests.filter(({ path }) => path.includes(task.id)).length;
    const [looks, creates] = [asked(), fake.creates];
    task.state = 'succeeded';
    const genuine = report(provider, task);
    expect(await sendReport(addressOf(task), genuine)).toBe(204);
    expect(await sendReport(addressOf(task), genuine)).toBe(204);
    await runJob(bystander.client, JOBS[provider]);
    expect(await stateOf(provider, jobId)).toEqual(before);
    // Nobody looked at it, nor had it made again: the one create is the later job's.
    expect([asked(), fake.creates]).toEqual([looks, creates + 1]);
    return before;
  };

  it('a report finds a generation whose create was never answered; repeated and late ones change nothing', async () => {
    const ends = ASYNCHRONOUS.map(async (provider) => {
      const creates = ground.fakes[provider].creates;
      const { jobId, task } = await unheardJob(provider);
      task.state = 'succeeded';
      // With what no route of ours takes: reference pictures as text, half a character and NUL.
      const input = { ...task.input, prompt: 'half \ud83d, none \0', pictures: 'x'.repeat(3 * 1024 ** 2) };
      expect(await sendReport(addressOf(task), report(provider, { ...task, input }))).toBe(204);
      await followToEnd(ground.clientOf(provider), jobId);
      expect(ground.fakes[provider].creates).toBe(creates + 1);
      return reportLate(provider, jobId, task);
    });
    expect(await Promise.all(ends)).toMatchObject(
      ASYNCHRONOUS.map((provider) => ({
        job: { status: 'succeeded', credits: { charged: CREDITS[provider] }, outputs: [{}] },
        story: 'queued, processing, succeeded',
        balance: { held: 0 },
      })),
    );
  });

  it('a forged, an old or a misaddressed report is refused; a genuine one after the job was given up changes nothing', async () => {
    const ends = ASYNCHRONOUS.map(async (provider) => {
      const before = await balanceOf(ground.clientOf(provider));
      const { jobId, task } = await unheardJob(provider);
      const [url, genuine, hour] = [addressOf(task), report(provider, task), 3_600_000];
      expect(await sendReport(url, { ...genuine, body: `${genuine.body} ` })).toBe(401);
      expect(await sendReport(url, report(provider, task, new Date(Date.now() - hour)))).toBe(401);
      expect(await sendReport(url, report(provider, task, new Date(Date.now() + hour)))).toBe(401);
      expect(await sendReport(`${url.slice(0, -4)}AAAA`, genuine)).toBe(404);
      expect(await sendReport(url.replace(`/${provider}/`, '/openai/'), genuine)).toBe(404);
      await followToEnd(ground.clientOf(provider), jobId);
      const end = await reportLate(provider, jobId, task);
      expect(end.balance).toMatchObject({ available: before.available, held: 0 });
      return end;
    });
    expect(await Promise.all(ends)).toMatchObject(
      ASYNCHRONOUS.map(() => ({
        job: { status: 'outcome_unknown', credits: { charged: 0 }, outputs: [] },
        story: 'queued, processing, outcome_unknown',
      })),
    );
  });

  it('a report of a generation that was ready all the same changes nothing for a job that was canceled', async () => {
    const ends = STOPPABLE.map(async (provider) => {
      const job = await heldJob(provider, 'poll');
      const task = newestTask(provider);
      await cancelHeld(job);
      expect(await job.end().finally(job.release)).toEqual(canceled(provider));
      return reportLate(provider, job.jobId, task);
    });
    expect(await Promise.all(ends)).toMatchObject(
      STOPPABLE.map(() => ({
        job: { status: 'canceled', credits: { charged: 0 }, outputs: [] },
        story: 'queued, processing, canceled',
      })),
    );
  });

  it('a provider that fails again and again is left alone for a while; a job that waits for it goes on then', async () => {
    const [fake, client] = [ground.fakes.openai, ground.clientOf('openai')];
    const [before, from] = [await balanceOf(client), fake.requests.length];
    fake.failNext('server_error_before', { times: 2 });
    const statuses: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { job } = await runJob(client, JOBS.openai);
      statuses.push(job.status);
    }
    expect(statuses).toEqual(['outcome_unknown', 'outcome_unknown', 'succeeded']);
    expect(before.available - (await balanceOf(client)).available).toBe(CREDITS.openai);
    const [, last = 0, next = 0, ...more] = fake.requests
      .slice(from)
      .flatMap(({ kind, atMs }) => (kind === 'create' ? [atMs] : []));
    expect(next - last).toBeGreaterThanOrEqual(1000);
    expect(more).toEqual([]);
  });
});

/** Where a task's end is to be reported. */
function addressOf({ webhook }: FakeTask): string {
  if (webhook === undefined) throw new Error('The provider was given no address');
  return webhook;
}

/** A file without what is made of it beside the job, at its own time. */
function withoutPreviews(output: JobDto['outputs'][number]): Partial<JobDto['outputs'][number]> {
  const previews = ['placeholder', 'thumbnailUrl', 'previewUrl', 'posterUrl', 'peaks'];
  return Object.fromEntries(Object.entries(output).filter(([name]) => !previews.includes(name)));
}
