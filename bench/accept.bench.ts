import { countWritten, prepareBare, requireAllAccepted } from './accept/books.js';
import { cpuMs } from './support/process-usage.js';
import { type Agency, createAgencies } from './support/agencies.js';
import { backends, type Backend, type Ground, openGround, printDurability } from './support/ground.js';
import { type LoadResult, sendLoad, type Target } from './support/load.js';
import { missed, ms, print, printTable, whole } from './support/print.js';
import { within } from './support/scope.js';
import { type Service, startApi, startBare } from './support/services.js';
import { median, percentile } from './support/statistics.js';

export const description =
  'POST /api/ai/jobs against a bare Fastify route on the same database and queue, both backends';

/** Ours per bare request rate; below it the bench fails. */
const BAR = 0.6;
const CONNECTIONS = 64;
const ORGANIZATIONS = 50;
const WARM_UP_REQUESTS = 2000;
const ROUNDS = 8;
const ROUND_SECONDS = 2;

interface Contender {
  service: Service;
  target: Target;
  /** Requests in a round: about ROUND_SECONDS of work. */
  amount: number;
  rounds: LoadResult[];
  /** Used in all rounds, by program. */
  cpu: Cpu;
  /** Requests answered with 202, warm-up included. */
  accepted: number;
}

/** CPU time, milliseconds. */
interface Cpu {
  server: number;
  postgres: number;
  redis: number;
}

interface Row {
  label: string;
  ours: Contender;
  bare: Contender;
}

export async function run(): Promise<void> {
  print(`${CONNECTIONS} connections, ${ROUNDS} rounds of about ${ROUND_SECONDS} s each, ours and bare taking turns`);
  const rows: Row[] = [];
  for (const backend of backends()) rows.push(...(await within((cleanup) => measureBackend(backend, cleanup))));
  printResults(rows);
}

async function measureBackend(backend: Backend, cleanup: AsyncDisposableStack): Promise<Row[]> {
  const ground = await openGround(backend, cleanup);
  if (backend === 'postgres') await printDurability(ground);
  const api = await startApi(ground, cleanup);
  const agencies = await createAgencies(api.url, ground, ORGANIZATIONS);
  await prepareBare(
    ground,
    agencies.map(({ organizationId }) => organizationId),
  );
  const bare = await startBare(ground, cleanup);
  const rows: Row[] = [];
  for (const [spread, callers] of [
    [`${ORGANIZATIONS} organizations`, agencies],
    ['1 hot organization', agencies.slice(0, 1)],
  ] as const) {
    const label = `${backend}, ${spread}`;
    print(`\n${label}`);
    rows.push(await measure(label, ground, sidesOf(api, bare, callers)));
  }
  return rows;
}

function sidesOf(api: Service, bare: Service, agencies: Agency[]): { ours: Contender; bare: Contender } {
  const body = JSON.stringify({
    model: 'sandbox/image',
    input: { prompt: 'Um farol ao entardecer, aquarela, luz quente, céu com nuvens leves' },
  });
  const contender = (service: Service, path: string, callers: Target['callers']): Contender => {
    const target = { url: service.url + path, body, status: 202, callers };
    return { service, target, amount: 0, rounds: [], cpu: { server: 0, postgres: 0, redis: 0 }, accepted: 0 };
  };
  return {
    ours: contender(
      api,
      '/api/ai/jobs',
      agencies.map(({ apiKey }) => ({ authorization: `Bearer ${apiKey}` })),
    ),
    bare: contender(
      bare,
      '/jobs',
      agencies.map(({ organizationId }) => ({ 'x-organization-id': organizationId })),
    ),
  };
}

/** ABBA…: whatever drifts (files that grow, a machine that is busy for a while) meets both sides alike. */
async function measure(
  label: string,
  ground: Ground,
  { ours, bare }: { ours: Contender; bare: Contender },
): Promise<Row> {
  const before = await Promise.all([countWritten(ground, 'ours'), countWritten(ground, 'bare')]);
  for (const side of [ours, bare]) {
    await send(side, WARM_UP_REQUESTS);
    const { perSecond } = await send(side, WARM_UP_REQUESTS);
    side.amount = Math.ceil(perSecond * ROUND_SECONDS);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of round % 2 === 0 ? [ours, bare] : [bare, ours]) {
      const before = cpuOf(side, ground);
      side.rounds.push(await send(side, side.amount));
      const after = cpuOf(side, ground);
      for (const program of ['server', 'postgres', 'redis'] as const)
        side.cpu[program] += after[program] - before[program];
    }
    print(`  round ${round + 1}: ours ${whole(rates(ours)[round] ?? 0)}/s, bare ${whole(rates(bare)[round] ?? 0)}/s`);
  }
  await requireAllAccepted(ground, 'ours', before[0], ours.accepted);
  await requireAllAccepted(ground, 'bare', before[1], bare.accepted);
  return { label, ours, bare };
}

function cpuOf({ service }: Contender, { pids }: Ground): Cpu {
  return { server: cpuMs(service.pid), postgres: cpuMs(pids.postgres), redis: pids.redis ? cpuMs(pids.redis) : 0 };
}

async function send(side: Contender, amount: number): Promise<LoadResult> {
  const result = await sendLoad(side.target, amount, CONNECTIONS);
  side.accepted += amount;
  return result;
}

function printResults(rows: Row[]): void {
  print('\nRequests a second: medians of the rounds. Latencies: over all requests');
  printTable(
    ['', 'ours', 'bare', 'ratio', 'of rounds', 'ours p50', 'p95', 'p99', 'bare p50', 'p95', 'p99'],
    rows.map(({ label, ours, bare }) => {
      const pairs = pairRatios(ours, bare);
      return [
        label,
        whole(median(rates(ours))),
        whole(median(rates(bare))),
        ratioOf(ours, bare).toFixed(2),
        `${Math.min(...pairs).toFixed(2)}–${Math.max(...pairs).toFixed(2)}`,
        ...latencies(ours),
        ...latencies(bare),
      ];
    }),
  );
  print('\nCPU time a request, microseconds');
  printTable(
    ['', 'ours API', 'PostgreSQL', 'Redis', 'sum', 'bare server', 'PostgreSQL', 'Redis', 'sum'],
    rows.map(({ label, ours, bare }) => [label, ...cpuPerRequest(ours), ...cpuPerRequest(bare)]),
  );
  print('\nEvery accepted request is a job with a hold and a message; check_ledger() found nothing.');
  for (const { label, ours, bare } of rows) {
    const ratio = ratioOf(ours, bare);
    if (ratio < BAR) missed(`${label}: ${ratio.toFixed(2)} of bare, the bar is ${BAR}`);
  }
}

function rates(side: Contender): number[] {
  return side.rounds.map(({ perSecond }) => perSecond);
}

function ratioOf(ours: Contender, bare: Contender): number {
  return median(rates(ours)) / median(rates(bare));
}

/** Of each round, whose two halves follow each other at once. */
function pairRatios(ours: Contender, bare: Contender): number[] {
  return rates(ours).map((rate, round) => rate / (rates(bare)[round] ?? Number.NaN));
}

function latencies(side: Contender): string[] {
  const all = side.rounds.flatMap(({ latenciesMs }) => latenciesMs);
  return [50, 95, 99].map((percent) => `${ms(percentile(all, percent))} ms`);
}

function cpuPerRequest({ cpu, amount, rounds }: Contender): string[] {
  const { server, postgres, redis } = cpu;
  return [server, postgres, redis, server + postgres + redis].map((ms) =>
    whole((ms * 1000) / (amount * rounds.length)),
  );
}
