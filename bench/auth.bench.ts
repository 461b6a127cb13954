import { createAgencies } from './support/agencies.js';
import { type Backend, backends, openGround } from './support/ground.js';
import { sendLoad, type Target } from './support/load.js';
import { missed, print, printTable, whole } from './support/print.js';
import { cpuMs } from './support/process-usage.js';
import { within } from './support/scope.js';
import { type Service, startApi } from './support/services.js';
import { median } from './support/statistics.js';

export const description = 'an authenticated GET (API key, access token) against the same route without, both backends';

/** Requests a second of the route with credentials per the same without; below it the bench fails. */
const BAR = 0.7;
const CONNECTIONS = 64;
const ORGANIZATIONS = 20;
const WARM_UP_REQUESTS = 4000;
/** Many short ones: what else the machine does for a while meets few of them, and the median forgets those. */
const ROUNDS = 45;
const ROUND_SECONDS = 0.3;

interface Contender {
  name: 'open' | 'API key' | 'access token';
  target: Target;
  /** Requests in a round: about ROUND_SECONDS of work. */
  amount: number;
  rates: number[];
  cpuMicros: number[];
}

export async function run(): Promise<void> {
  print(`${CONNECTIONS} connections, ${ROUNDS} rounds of about ${ROUND_SECONDS} s, the three taking turns`);
  const rows: { backend: Backend; contenders: Contender[] }[] = [];
  for (const backend of backends()) {
    rows.push({ backend, contenders: await within((cleanup) => measureBackend(backend, cleanup)) });
  }
  printResults(rows);
}

async function measureBackend(backend: Backend, cleanup: AsyncDisposableStack): Promise<Contender[]> {
  const ground = await openGround(backend, cleanup);
  const api = await startApi(ground, cleanup, { program: 'bench/auth/measured-api.main.js' });
  const agencies = await createAgencies(api.url, ground, ORGANIZATIONS);
  const contender = (name: Contender['name'], path: string, callers: Target['callers']): Contender => {
    return { name, target: { url: api.url + path, status: 200, callers }, amount: 0, rates: [], cpuMicros: [] };
  };
  const contenders = [
    contender('open', '/bench/open', [{}]),
    contender(
      'API key',
      '/bench/guarded',
      agencies.map(({ apiKey }) => ({ authorization: `Bearer ${apiKey}` })),
    ),
    contender(
      'access token',
      '/bench/guarded',
      agencies.map(({ ownerToken, organizationId }) => ({
        authorization: `Bearer ${ownerToken}`,
        'x-organization-id': organizationId,
      })),
    ),
  ];
  print(`\n${backend}`);
  await measure(api, contenders);
  return contenders;
}

/** Whatever drifts meets all of them alike: each round begins with another one. */
async function measure(api: Service, contenders: Contender[]): Promise<void> {
  for (const contender of contenders) {
    await sendLoad(contender.target, WARM_UP_REQUESTS, CONNECTIONS);
    const { perSecond } = await sendLoad(contender.target, WARM_UP_REQUESTS, CONNECTIONS);
    contender.amount = Math.ceil(perSecond * ROUND_SECONDS);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const before = cpuMs(api.pid);
      const { perSecond } = await sendLoad(contender.target, contender.amount, CONNECTIONS);
      contender.rates.push(perSecond);
      contender.cpuMicros.push(((cpuMs(api.pid) - before) * 1000) / contender.amount);
    }
  }
}

/** The median of the rounds' own ratios: the halves of a round follow each other at once. */
function ratioOf({ rates }: Contender, open: Contender | undefined): number {
  return median(rates.map((rate, round) => rate / (open?.rates[round] ?? Number.NaN)));
}

function printResults(rows: { backend: Backend; contenders: Contender[] }[]): void {
  print('\nMedians of the rounds. CPU of the API, microseconds a request');
  printTable(
    ['', 'requests/s', 'of open', 'CPU'],
    rows.flatMap(({ backend, contenders }) =>
      contenders.map((contender) => [
        `${backend}, ${contender.name}`,
        whole(median(contender.rates)),
        ratioOf(contender, contenders[0]).toFixed(2),
        whole(median(contender.cpuMicros)),
      ]),
    ),
  );
  for (const { backend, contenders } of rows) {
    for (const contender of contenders) {
      const ratio = ratioOf(contender, contenders[0]);
      if (ratio < BAR)
        missed(`${backend}, ${contender.name}: ${ratio.toFixed(2)} of the open route, the bar is ${BAR}`);
    }
  }
}
