import { FakeFal } from '#ai/testing';
import { createAgencies } from './support/agencies.js';
import { beginRun, requireAllSucceeded, untilAllEnded } from './pipeline/life.js';
import { backends, type Ground, openGround } from './support/ground.js';
import { sendLoad } from './support/load.js';
import { missed, ms, print, printTable, whole } from './support/print.js';
import { highestResidentMb } from './support/process-usage.js';
import { within } from './support/scope.js';
import { startApi, startWorker } from './support/services.js';
import { percentile } from './support/statistics.js';

export const description = 'jobs that wait for an asynchronous provider: what the platform adds to its time; memory';

const JOBS = 2000;
const UPSTREAM_MS = 5000;
const CONNECTIONS = 32;
/** As many as may run 2,000 jobs at once on the largest plan. */
const AGENCIES = 20;
const ADDED_BAR_MS = 1500;
const MEMORY_BAR_MB = 300;

const BODY = { model: 'fal/fal-ai/flux/dev', input: { prompt: 'Um farol ao entardecer' } };

interface Row {
  backend: string;
  addedMs: number[];
  workerMb: number;
}

export async function run(): Promise<void> {
  print(`${JOBS} jobs in flight on one worker; the provider takes ${UPSTREAM_MS / 1000} s for each, on loopback`);
  const rows: Row[] = [];
  for (const backend of backends()) rows.push(await measure(backend));
  print('\nFrom the start of a job to its end, less the time that its provider took');
  printTable(
    ['', 'p50', 'p95', `bar (p95)`, 'worker MB', 'bar'],
    rows.map(({ backend, addedMs, workerMb }) => [
      backend,
      ...[50, 95].map((rank) => `${ms(percentile(addedMs, rank))} ms`),
      `${ms(ADDED_BAR_MS)} ms`,
      whole(workerMb),
      whole(MEMORY_BAR_MB),
    ]),
  );
  for (const { backend, addedMs, workerMb } of rows) {
    const p95 = percentile(addedMs, 95);
    if (p95 > ADDED_BAR_MS) missed(`${backend}: ${ms(p95)} ms are added at p95, the bar is ${ADDED_BAR_MS}`);
    if (workerMb > MEMORY_BAR_MB)
      missed(`${backend}: the worker needs ${whole(workerMb)} MB, the bar is ${MEMORY_BAR_MB}`);
  }
}

function measure(backend: Ground['backend']): Promise<Row> {
  return within(async (cleanup) => {
    const fal = await FakeFal.start({ taskMs: UPSTREAM_MS });
    cleanup.defer(() => fal.close());
    const ground = await openGround(backend, cleanup);
    const environment = {
      FAL_KEY: fal.apiKey,
      FAL_QUEUE_URL: fal.baseUrl,
      FAL_JWKS_URL: fal.jwksUrl,
      OUTBOUND_ALLOWED_HOSTS: '127.0.0.1',
    };
    const api = await startApi(ground, cleanup, { environment });
    const agencies = await createAgencies(api.url, ground, AGENCIES);
    const worker = await startWorker(ground, cleanup, { environment });
    const callers = agencies.map(({ apiKey }) => ({ authorization: `Bearer ${apiKey}` }));
    const target = { status: 202, url: `${api.url}/api/ai/jobs`, body: JSON.stringify(BODY), callers };
    const begun = await beginRun(ground);
    let runningMs: number[] = [];
    const [workerMb = 0] = await highestResidentMb([worker.pid], async () => {
      await sendLoad(target, JOBS, CONNECTIONS);
      ({ runningMs } = await untilAllEnded(ground, begun, JOBS));
    });
    await requireAllSucceeded(ground);
    return { backend, addedMs: runningMs.map((each) => each - UPSTREAM_MS), workerMb };
  });
}
