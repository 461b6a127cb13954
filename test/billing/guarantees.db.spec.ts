import { createServer, connect as connectTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { AiHttpModule } from '#ai';
import { BillingHttpModule } from '#billing';
import { newId } from '#core/crypto';
import { EventsModule } from '#core/events';
import { QueueModule } from '#core/queue';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from '../../libs/auth/src/testing/index.js';

let database: TestDatabase;
let api: TestApi;
let owner: SignedIn;
let organizationId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database, {
    env: { FAL_KEY: 'k' },
    modules: [
      EventsModule.forRoot({ streams: true }),
      QueueModule.forRoot({ poolSize: 1 }),
      BillingHttpModule,
      AiHttpModule,
    ],
  });
  owner = await api.register();
  organizationId = await api.createOrganization(owner);
});
afterEach(async () => {
  await expect(api.sql('select * from check_ledger()')).resolves.toEqual([]);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const MODEL = { model: 'sandbox/image', input: { prompt: 'Um farol' } };
const FAL = 'fal/fal-ai/flux/schnell';
const post = <T>(path: string, body: object) =>
  api.send<T>('POST', `/api/ai/${path}`, { bearer: owner.accessToken, organizationId, body });
const quote = async () => (await post<{ id: string; maxCredits: number; priceVersion: number }>('quotes', MODEL)).body;
const heldBy = async (jobId: string) =>
  (await api.sql<{ held: number }>('select held_credits::int as held from ai_jobs where id = $1', [jobId]))[0]?.held;
const available = async () =>
  (
    await api.sql<{ n: number }>('select available::int as n from credit_balances where organization_id = $1', [
      organizationId,
    ])
  )[0]?.n;

describe('the clock that counts is the database’s', () => {
  afterEach(() => {
    jest.useRealTimers();
  });
  /** Only what the process takes for the time; timers go on. */
  const shift = (minutes: number) =>
    jest.useFakeTimers({
      now: Date.now() + minutes * 60_000,
      doNotFake: [
        ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
        ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
      ],
    });

  it.each([-10, 10])(
    'a process whose clock is off by %i minutes makes quotes that serve, for 15 minutes',
    async (off) => {
      shift(off);
      const made = await quote();
      const job = await post<{ id: string }>('jobs', { ...MODEL, quoteId: made.id });
      expect(job.status).toBe(202);
      const [kept] = await api.sql<{ minutes: number }>(
        'select round(extract(epoch from expires_at - created_at) / 60)::int as minutes from quotes where id = $1',
        [made.id],
      );
      expect(kept?.minutes).toBe(15);
    },
  );

  it.each([-10, 10])('nor does it accept an expired quote with a clock off by %i minutes', async (off) => {
    const made = await quote();
    await api.sql(`update quotes set expires_at = now() - interval '1 second' where id = $1`, [made.id]);
    shift(off);
    await expect(post('jobs', { ...MODEL, quoteId: made.id })).resolves.toMatchObject({
      status: 422,
      body: { code: 'billing.quote_expired' },
    });
  });
});

describe('a promise of price', () => {
  it('stands when prices rise, for the quote with its fallbacks and for a job that is under way', async () => {
    const chain = { model: FAL, input: { ...MODEL.input, image_size: 'square_hd' }, fallbackModels: [MODEL.model] };
    const made = await quote();
    const withFallback = (await post<{ id: string }>('quotes', chain)).body;
    const running = await post<{ id: string }>('jobs', MODEL);
    const operator = await api.registerOperator();
    const line = { component: 'output', unit: 'image', costUsdMicros: 0, credits: 500 };
    const entered = await api.send('POST', '/api/admin/prices', {
      ...{ bearer: operator.accessToken, body: { model: MODEL.model, lines: [line], source: 'test', confirm: true } },
    });
    expect(entered).toMatchObject({ status: 200, body: { version: made.priceVersion + 1 } });

    const { maxCredits, priceVersion } = made;
    const tooDear = (requiredCredits: number) => ({ body: { code: 'ai.max_credits_exceeded', requiredCredits } });
    await expect(post('jobs', { ...MODEL, maxCredits })).resolves.toMatchObject(tooDear(500));
    const quoted = { ...MODEL, quoteId: made.id };
    await expect(post('jobs', { ...quoted, maxCredits: maxCredits - 1 })).resolves.toMatchObject(tooDear(maxCredits));
    // Without the quote, naming the model agrees to what it costs by now, up to the caller's own bound.
    await expect(post('jobs', { ...chain, maxCredits: 499 })).resolves.toMatchObject(tooDear(500));
    const job = await post<{ id: string }>('jobs', { ...quoted, maxCredits });
    expect(job).toMatchObject({ status: 202, body: { credits: { held: maxCredits } } });
    await expect(heldBy(job.body.id)).resolves.toBe(maxCredits);
    const chained = await post<{ id: string }>('jobs', { ...chain, quoteId: withFallback.id });
    expect(chained.status).toBe(202);

    const frozen = await api.sql(
      `select price_version as version, price #>> '{components,0,creditsPerUnit}' as credits,
              price #>> array['fallbacks', $2, 'components', '0', 'creditsPerUnit'] as fallback
         from ai_jobs where id = any ($1) order by created_at, id`,
      [[running.body.id, job.body.id, chained.body.id], MODEL.model],
    );
    const credits = String(maxCredits);
    expect(frozen).toMatchObject([
      { version: priceVersion, credits, fallback: null },
      { version: priceVersion, credits, fallback: null },
      { fallback: credits },
    ]);
  });

  it('serves its own organization, its own input, and once', async () => {
    const made = await quote();
    const stranger = await api.register();
    const elsewhere = await api.createOrganization(stranger);
    await expect(
      api.send('POST', '/api/ai/jobs', {
        ...{ bearer: stranger.accessToken, organizationId: elsewhere },
        body: { ...MODEL, quoteId: made.id },
      }),
    ).resolves.toMatchObject({ status: 422, body: { code: 'billing.quote_invalid' } });
    const other = { model: MODEL.model, input: { prompt: 'Outra coisa' } };
    await expect(post('jobs', { ...other, quoteId: made.id })).resolves.toMatchObject({
      body: { code: 'billing.quote_invalid' },
    });
    await expect(post('jobs', { ...MODEL, quoteId: made.id })).resolves.toMatchObject({ status: 202 });
    const before = await available();
    await expect(post('jobs', { ...MODEL, quoteId: made.id })).resolves.toMatchObject({
      body: { code: 'billing.quote_invalid' },
    });
    await expect(available()).resolves.toBe(before);
  });

  it.each([-1, 0.5, 2 ** 60, '5', null])('refuses maxCredits of %j, and nothing is held', async (maxCredits) => {
    const before = await available();
    await expect(post('jobs', { ...MODEL, maxCredits })).resolves.toMatchObject({
      status: 422,
      body: { code: 'request.invalid' },
    });
    await expect(available()).resolves.toBe(before);
  });
});

describe('a commit whose answer was lost', () => {
  /** Passes everything on until the client's text holds `trigger`; then the server still gets it, the client no answer. */
  class CuttingProxy {
    private readonly sockets = new Set<Socket>();
    cuts = 0;
    private constructor(
      private readonly server: Server,
      readonly url: string,
    ) {}

    static async start(target: string, trigger: string): Promise<CuttingProxy> {
      const to = new URL(target);
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = new URL(target);
      url.hostname = '127.0.0.1';
      url.port = String((server.address() as AddressInfo).port);
      const proxy = new CuttingProxy(server, url.href);
      server.on('connection', (client) => {
        const upstream = connectTcp(Number(to.port), to.hostname);
        proxy.sockets.add(client).add(upstream);
        let cutting = false;
        client.on('data', (data) => {
          if (proxy.cuts === 0 && data.includes(trigger)) {
            cutting = true;
            proxy.cuts++;
          }
          upstream.write(data);
        });
        upstream.on('data', (data) => {
          // The answer has come: the server has committed. The client never hears of it.
          if (cutting) client.destroy();
          else client.write(data);
        });
        for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
          one.on('close', () => other.destroy());
          one.on('error', () => other.destroy());
        }
      });
      return proxy;
    }

    async stop(): Promise<void> {
      for (const socket of this.sockets) socket.destroy();
      await new Promise((resolve) => this.server.close(resolve));
    }
  }

  it.each([
    ['credit_credits', `select id from credit_credits($1, 40, 'purchase', 'order-lost')`],
    ['debit_credits', `select id from debit_credits($1, 3, 'debit-lost')`],
  ])('is retried under its key and moves once: %s', async (name, statement) => {
    const proxy = await CuttingProxy.start(database.apiUrl, name);
    const once = async () => {
      const client = new pg.Client({ connectionString: proxy.url });
      client.on('error', () => undefined);
      await client.connect();
      try {
        // One implicit transaction: its answer follows its commit.
        return (await client.query<{ id: string }>(statement, [organizationId])).rows[0]?.id;
      } finally {
        await client.end().catch(() => undefined);
      }
    };
    await expect(once()).rejects.toThrow();
    const [first] = await api.sql<{ id: string }>(
      `select id from credit_transactions where organization_id = $1 and idempotency_key like '%-lost' order by sequence desc limit 1`,
      [organizationId],
    );
    await expect(once()).resolves.toBe(first?.id);
    await expect(once()).resolves.toBe(first?.id);
    expect(proxy.cuts).toBe(1);
    await proxy.stop();
  });

  it('of a create is found again by its id: one job, one hold', async () => {
    const proxy = await CuttingProxy.start(database.apiUrl, 'create_ai_jobs');
    const id = newId();
    const request = JSON.stringify([
      {
        ...{ id, organization_id: organizationId, type: 'image', model: 'sandbox/image', provider: 'sandbox' },
        ...{ input: {}, price: {}, price_version: 1, hold_credits: '5', estimated_credits: '5', request_hash: 'h' },
      },
    ]);
    const once = async () => {
      const client = new pg.Client({ connectionString: proxy.url });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return (await client.query<{ outcome: string }>('select outcome from create_ai_jobs($1)', [request])).rows;
      } finally {
        await client.end().catch(() => undefined);
      }
    };
    await expect(once()).rejects.toThrow();
    await expect(once()).resolves.toEqual([{ outcome: 'replayed' }]);
    await expect(
      api.sql('select count(*)::int as lines from credit_transactions where job_id = $1', [id]),
    ).resolves.toEqual([{ lines: 1 }]);
    await proxy.stop();
  });
});
