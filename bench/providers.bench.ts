import sharp from 'sharp';
import { FakeFal } from '#ai/testing';
import { withSql } from '../test/support/sql.js';
import { beginRun, requireAllSucceeded, untilAllEnded } from './pipeline/life.js';
import { createAgencies } from './support/agencies.js';
import { backends, type Ground, openGround } from './support/ground.js';
import { sendLoad } from './support/load.js';
import { missed, ms, print, printTable, whole } from './support/print.js';
import { cpuMs, highestResidentMb } from './support/process-usage.js';
import { within } from './support/scope.js';
import { startApi, startWorker } from './support/services.js';
import { percentile } from './support/statistics.js';

export const description = 'jobs that wait for an asynchronous provider: what the platform adds to its time; memory';

const JOBS = 2000;
const CONNECTIONS = 32;
/** As many as may run 2,000 jobs at once on the largest plan. */
const AGENCIES = 20;
const ADDED_BAR_MS = 1500;
const MEMORY_BAR_MB = 300;
const SIDE = 1024;

interface Scenario {
  label: string;
  model: string;
  /** What the provider takes for each job. */
  upstreamMs: number;
  /** The platform learns of ends by the provider's reports, and does not only ask. */
  reported: boolean;
  /** The provider takes so long that all jobs are in flight before the first of them ends. */
  allAtOnce?: true;
}

const SCENARIOS: Scenario[] = [
  { label: '5 s, asked for', model: 'fal/fal-ai/flux/dev', upstreamMs: 5000, reported: false },
  { label: '5 s, reported', model: 'fal/fal-ai/flux/dev', upstreamMs: 5000, reported: true },
  { label: '40 s, reported', model: 'fal/fal-ai/flux-2-pro', upstreamMs: 40_000, reported: true, allAtOnce: true },
];

interface Row {
  label: string;
  allAtOnce: boolean;
  /** What the platform adds to each job, by part of its way. */
  parts: Record<'total' | 'submit' | 'notice' | 'file and end', number[]>;
  /** From each request until its job is started, milliseconds: what a burst waits for its turn. */
  inLineMs: number[];
  /** At one moment, most. */
  inFlight: number;
  perSecond: number;
  workerMb: number;
  /** CPU time a job, milliseconds: API, worker, PostgreSQL, this program. */
  cpu: number[];
}

export async function run(): Promise<void> {
  const picture = await drawPicture();
  print(
    `${JOBS} jobs on one worker; the provider takes 5 or 40 s for each, whose end is asked for or reported, and gives a JPEG of ${SIDE} × ${SIDE}, ${whole(picture.length / 1024)} kB, on loopback`,
  );
  const rows: Row[] = [];
  for (const backend of backends()) {
    for (const scenario of SCENARIOS) rows.push(await measure(backend, scenario, picture));
  }
  printResults(rows);
}

/** As many bytes as a photograph of this size has. */
function drawPicture(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#808080', noise } })
    .blur(2)
    .jpeg({ quality: 80 })
    .toBuffer();
}

function measure(backend: Ground['backend'], scenario: Scenario, picture: Buffer): Promise<Row> {
  const { model, upstreamMs, reported } = scenario;
  return within(async (cleanup) => {
    const seen = new Sightings(upstreamMs);
    const fal = await FakeFal.start({
      taskMs: upstreamMs,
      reportEnds: true,
      picture,
      requestsPerMinute: Number.POSITIVE_INFINITY,
      onExchange: (exchange) => seen.note(exchange),
    });
    cleanup.defer(() => fal.close());
    const ground = await openGround(backend, cleanup);
    const environment = {
      FAL_KEY: fal.apiKey,
      FAL_QUEUE_URL: fal.baseUrl,
      FAL_JWKS_URL: fal.jwksUrl,
      PROVIDER_FILES_ALLOWED_HOSTS: '127.0.0.1',
    };
    const api = await startApi(ground, cleanup, { environment });
    const agencies = await createAgencies(api.url, ground, AGENCIES);
    const callbacks: Record<string, string> = reported ? { PROVIDER_CALLBACK_URL: api.url } : {};
    const worker = await startWorker(ground, cleanup, { environment: { ...environment, ...callbacks } });
    const callers = agencies.map(({ apiKey }) => ({ authorization: `Bearer ${apiKey}` }));
    const body = JSON.stringify({ model, input: { prompt: 'Um farol ao entardecer' } });
    const target = { status: 202, url: `${api.url}/api/ai/jobs`, body, callers };
    const begun = await beginRun(ground);
    const pids = [api.pid, worker.pid, ground.pids.postgres];
    const before = pids.map(cpuMs);
    const ownBefore = process.cpuUsage();
    let perSecond = 0;
    const [workerMb = 0] = await highestResidentMb([worker.pid], async () => {
      await sendLoad(target, JOBS, CONNECTIONS);
      ({ perSecond } = await untilAllEnded(ground, begun, JOBS));
    });
    const own = process.cpuUsage(ownBefore);
    const used = pids.map((pid, index) => cpuMs(pid) - (before[index] ?? 0));
    const cpu = [...used, (own.user + own.system) / 1000].map((each) => each / JOBS);
    await requireAllSucceeded(ground);
    const jobs = await listJobs(ground);
    const label = `${backend}, ${scenario.label}`;
    const row = { label, allAtOnce: scenario.allAtOnce ?? false, perSecond, workerMb, cpu };
    const inLineMs = jobs.map((job) => job.started_at.getTime() - job.created_at.getTime());
    return { ...row, parts: seen.partsOf(jobs), inLineMs, inFlight: mostInFlight(jobs) };
  });
}

interface EndedJob {
  created_at: Date;
  started_at: Date;
  finished_at: Date;
  external_id: string;
}

function listJobs({ ownerUrl }: Ground): Promise<EndedJob[]> {
  return withSql(ownerUrl, (query) =>
    query<EndedJob>('select created_at, started_at, finished_at, external_id from ai_jobs'),
  );
}

/** What the provider saw of each generation, and when: it shares our clock. */
class Sightings {
  private readonly submitted = new Map<string, number>();
  private readonly noticed = new Map<string, number>();

  constructor(private readonly upstreamMs: number) {}

  note({ kind, path, answerBody }: { kind: string; path: string; answerBody: Buffer }): void {
    if (kind === 'create') {
      const { request_id: id } = JSON.parse(answerBody.toString()) as { request_id: string };
      this.submitted.set(id, Date.now());
    } else if (path.endsWith('/status') && answerBody.includes('COMPLETED')) {
      const id = /requests\/([\w-]+)/.exec(path)?.[1] ?? '';
      if (!this.noticed.has(id)) this.noticed.set(id, Date.now());
    }
  }

  partsOf(jobs: EndedJob[]): Row['parts'] {
    const parts: Row['parts'] = { total: [], submit: [], notice: [], 'file and end': [] };
    for (const job of jobs) {
      const submittedMs = this.submitted.get(job.external_id) ?? Number.NaN;
      const noticedMs = this.noticed.get(job.external_id) ?? Number.NaN;
      parts.total.push(job.finished_at.getTime() - job.started_at.getTime() - this.upstreamMs);
      parts.submit.push(submittedMs - job.started_at.getTime());
      parts.notice.push(noticedMs - submittedMs - this.upstreamMs);
      parts['file and end'].push(job.finished_at.getTime() - noticedMs);
    }
    return parts;
  }
}

/** Jobs between their start and their end at one moment, at most. */
function mostInFlight(jobs: EndedJob[]): number {
  const edges = jobs.flatMap((job) => [
    { at: job.started_at.getTime(), change: 1 },
    { at: job.finished_at.getTime(), change: -1 },
  ]);
  let running = 0;
  return Math.max(...edges.sort((a, b) => a.at - b.at).map(({ change }) => (running += change)));
}

function printResults(rows: Row[]): void {
  print('\nFrom the start of a job to its end, less the time that its provider took (ms), and where it went at p95');
  printTable(
    ['', 'p50', 'p95', 'bar (p95)', 'submit', 'notice', 'file and end', 'worker MB', 'bar'],
    rows.map(({ label, parts, workerMb }) => [
      label,
      ms(percentile(parts.total, 50)),
      ms(percentile(parts.total, 95)),
      ms(ADDED_BAR_MS),
      ...(['submit', 'notice', 'file and end'] as const).map((part) => ms(percentile(parts[part], 95))),
      whole(workerMb),
      whole(MEMORY_BAR_MB),
    ]),
  );
  print('\nHow the burst passed: what waited for its turn, and the CPU time a job (ms) of all that shares the machine');
  printTable(
    ['', 'in flight at most', 'jobs/s', 'in line, p50 (ms)', 'p95', 'API', 'worker', 'PostgreSQL', 'provider and load'],
    rows.map(({ label, inFlight, perSecond, inLineMs, cpu }) => [
      label,
      whole(inFlight),
      whole(perSecond),
      ms(percentile(inLineMs, 50)),
      ms(percentile(inLineMs, 95)),
      ...cpu.map((each) => each.toFixed(1)),
    ]),
  );
  for (const { label, parts, workerMb, allAtOnce, inFlight } of rows) {
    if (allAtOnce && inFlight < JOBS) missed(`${label}: ${inFlight} jobs were in flight at most, not ${JOBS}`);
    const p95 = percentile(parts.total, 95);
    if (p95 > ADDED_BAR_MS) missed(`${label}: ${ms(p95)} ms are added at p95, the bar is ${ADDED_BAR_MS}`);
    if (workerMb > MEMORY_BAR_MB)
      missed(`${label}: the worker needs ${whole(workerMb)} MB, the bar is ${MEMORY_BAR_MB}`);
  }
}
