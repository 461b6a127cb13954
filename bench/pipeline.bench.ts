import { setTimeout as sleep } from 'node:timers/promises';
import { createJob } from '#sdk';
import { beginRun, type PipelineRun, requireAllSucceeded, untilAllEnded } from './pipeline/life.js';
import { type Agency, createAgencies } from './support/agencies.js';
import { backends, type Ground, openGround, printDurability } from './support/ground.js';
import { sendLoad } from './support/load.js';
import { missed, ms, print, printTable, whole } from './support/print.js';
import { cpuMs, highestResidentMb, residentMb } from './support/process-usage.js';
import { within } from './support/scope.js';
import { type Service, startApi, startWorker } from './support/services.js';
import { percentile } from './support/statistics.js';

export const description = 'jobs per second from submit to succeeded with a provider that answers at once; memory';

/** The default of the worker, and one for a provider that is slow elsewhere. */
const CONCURRENCIES = [5, 50];
const AGENCIES = 10;
const CONNECTIONS = 32;
const WARM_UP_JOBS = 200;
const LONE_JOBS = 30;
const JOBS = 2000;
/** Drawn by the sandbox, to see what a worker at work needs. */
const DRAWN_JOBS = 40;
const SETTLE_MS = 5000;
const IDLE_BAR_MB = 200;
const IDLE = 'just started, idle';

const BODY = { model: 'sandbox/image', input: { prompt: 'Um farol ao entardecer, aquarela' } };

interface Row {
  label: string;
  lone: PipelineRun;
  loaded: PipelineRun;
  acceptedPerSecond: number;
  /** CPU time a job, microseconds: API, worker, PostgreSQL, Redis. */
  cpuMicros: number[];
  /** Highest while the load ran, MB. */
  memoryMb: { api: number; worker: number };
}

interface Memory {
  label: string;
  apiMb: number;
  workerMb: number;
}

export async function run(): Promise<void> {
  print(
    `${JOBS} jobs over ${CONNECTIONS} connections of ${AGENCIES} organizations, files of 70 bytes on the local disk`,
  );
  const rows: Row[] = [];
  const memory: Memory[] = [];
  for (const backend of backends()) {
    await within(async (cleanup) => {
      const ground = await openGround(backend, cleanup);
      if (backend === 'postgres') await printDurability(ground);
      const api = await startApi(ground, cleanup);
      const { agencies, seen } = await beginWithRealWorker(ground, api);
      memory.push(...seen);
      for (const concurrency of CONCURRENCIES) rows.push(await measure(ground, api, agencies, concurrency));
    });
  }
  printResults(rows, memory);
}

/** The API and the worker as users run them: fresh and at rest, then drawing. */
async function beginWithRealWorker(ground: Ground, api: Service): Promise<{ agencies: Agency[]; seen: Memory[] }> {
  return within(async (cleanup) => {
    const worker = await startWorker(ground, cleanup, {});
    await sleep(SETTLE_MS);
    const idle = { label: `${ground.backend}, ${IDLE}`, apiMb: residentMb(api.pid), workerMb: residentMb(worker.pid) };
    const agencies = await createAgencies(api.url, ground, AGENCIES);
    const [apiMb = 0, workerMb = 0] = await highestResidentMb([api.pid, worker.pid], () =>
      submitAndWait(ground, api, agencies, DRAWN_JOBS),
    );
    return {
      agencies,
      seen: [idle, { label: `${ground.backend}, sign-ups and ${DRAWN_JOBS} drawn images`, apiMb, workerMb }],
    };
  });
}

async function measure(ground: Ground, api: Service, agencies: Agency[], concurrency: number): Promise<Row> {
  return within(async (cleanup) => {
    const worker = await startWorker(ground, cleanup, { program: 'bench/pipeline/noop-worker.main.js', concurrency });
    const label = `${ground.backend}, concurrency ${concurrency}`;
    await submitAndWait(ground, api, agencies, WARM_UP_JOBS);
    const lone = await runAlone(ground, agencies);

    const pids = [api.pid, worker.pid, ground.pids.postgres, ...(ground.pids.redis ? [ground.pids.redis] : [])];
    const cpuBefore = pids.map(cpuMs);
    let result = { acceptedPerSecond: 0, ended: lone };
    const [apiMb = 0, workerMb = 0] = await highestResidentMb([api.pid, worker.pid], async () => {
      result = await submitAndWait(ground, api, agencies, JOBS);
    });
    const cpuMicros = pids.map((pid, index) => ((cpuMs(pid) - (cpuBefore[index] ?? 0)) * 1000) / JOBS);
    const { acceptedPerSecond, ended: loaded } = result;
    await requireAllSucceeded(ground);
    print(`  ${label}: ${whole(loaded.perSecond)} jobs/s`);
    return { label, lone, loaded, acceptedPerSecond, cpuMicros, memoryMb: { api: apiMb, worker: workerMb } };
  });
}

/** One job after the other: what the pipeline itself adds to a generation when nothing waits. */
async function runAlone(ground: Ground, agencies: Agency[]): Promise<PipelineRun> {
  const begun = await beginRun(ground);
  for (let count = 1; count <= LONE_JOBS; count++) {
    await createJob({ client: agencies[count % agencies.length]?.client, body: BODY, throwOnError: true });
    await untilAllEnded(ground, begun, count);
  }
  return untilAllEnded(ground, begun, LONE_JOBS);
}

/** Sends the jobs as fast as they are accepted, and waits until the last of them has ended. */
async function submitAndWait(ground: Ground, api: Service, agencies: Agency[], count: number) {
  const callers = agencies.map(({ apiKey }) => ({ authorization: `Bearer ${apiKey}` }));
  const target = { status: 202, url: `${api.url}/api/ai/jobs`, body: JSON.stringify(BODY), callers };
  const begun = await beginRun(ground);
  const { perSecond: acceptedPerSecond } = await sendLoad(target, count, CONNECTIONS);
  return { acceptedPerSecond, ended: await untilAllEnded(ground, begun, count) };
}

function printResults(rows: Row[], memory: Memory[]): void {
  print('\nFrom submit (created_at) to the end (finished_at), by the clock of the database');
  printTable(
    [
      '',
      'jobs/s',
      'accepted/s',
      'alone p50',
      'p95',
      'in the rush p50',
      'p95',
      'API µs',
      'worker µs',
      'PostgreSQL µs',
      'Redis µs',
    ],
    rows.map(({ label, lone, loaded, acceptedPerSecond, cpuMicros }) => [
      label,
      whole(loaded.perSecond),
      whole(acceptedPerSecond),
      ...[lone, loaded].flatMap(({ latenciesMs }) => [50, 95].map((rank) => `${ms(percentile(latenciesMs, rank))} ms`)),
      ...[0, 1, 2, 3].map((program) => whole(cpuMicros[program] ?? 0)),
    ]),
  );
  print('µs: CPU time a job. Every job succeeded with one file and a settled hold; check_ledger() found nothing.');
  print('\nMemory (RSS, MB)');
  printTable(
    ['', 'API', 'worker'],
    [
      ...memory.map(({ label, apiMb, workerMb }) => [label, whole(apiMb), whole(workerMb)]),
      ...rows.map(({ label, memoryMb }) => [
        `${label}, no-op provider under load`,
        whole(memoryMb.api),
        whole(memoryMb.worker),
      ]),
    ],
  );
  for (const { label, apiMb, workerMb } of memory.filter((one) => one.label.endsWith(IDLE))) {
    if (apiMb > IDLE_BAR_MB) missed(`${label}: the API needs ${whole(apiMb)} MB, the bar is ${IDLE_BAR_MB}`);
    if (workerMb > IDLE_BAR_MB) missed(`${label}: the worker needs ${whole(workerMb)} MB, the bar is ${IDLE_BAR_MB}`);
  }
}
