import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { AiHttpModule } from '#ai';
import { BillingHttpModule } from '#billing';
import { newId } from '#core/crypto';
import { EventsModule } from '#core/events';
import { QueueModule } from '#core/queue';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from '../../libs/auth/src/testing/index.js';

const MODULES = [
  EventsModule.forRoot({ streams: true }),
  QueueModule.forRoot({ poolSize: 1 }),
  BillingHttpModule,
  AiHttpModule,
];

let database: TestDatabase;
let api: TestApi;
let owner: SignedIn;
let organizationId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database, { modules: MODULES });
  owner = await api.register();
  organizationId = await api.createOrganization(owner);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

interface Signed {
  receipt: Record<string, unknown>;
  jws: string;
}

const CHARGED = { component: 'output', unit: 'image', unitSize: '1', dimensions: {}, creditsPerUnit: '20' };
const PRICE = {
  version: 3,
  components: [
    { ...CHARGED, costUsdMicros: '52700' },
    { ...CHARGED, component: 'output_image', creditsPerUnit: null, costUsdMicros: '30000000' },
  ],
};

/** A job that ended, as the worker would have left it. */
async function endedJob(status: string, held: number, charged: number, error: string | null): Promise<string> {
  const id = newId();
  const request = {
    ...{ id, organization_id: organizationId, type: 'image', model: 'sandbox/image', provider: 'sandbox' },
    ...{ input: {}, price: PRICE, price_version: 3, hold_credits: String(held), estimated_credits: '1' },
    ...{ request_hash: 'h', test_mode: held === 0 },
  };
  await api.sql('select create_ai_jobs($1)', [JSON.stringify([request])]);
  if (status === 'queued') return id;
  await api.sql(
    `update ai_jobs set status = $2::job_status, charged_credits = $3, error_code = $4, started_at = now(), finished_at = now() where id = $1`,
    [id, status, charged, error],
  );
  if (status === 'succeeded') await api.sql('select settle_hold($1, $2)', [id, charged]);
  else await api.sql('select release_hold($1, $2)', [id, error]);
  return id;
}
const receiptOf = (jobId: string, who = owner, organization = organizationId) =>
  api.send<Signed>('GET', `/api/ai/jobs/${jobId}/receipt`, {
    bearer: who.accessToken,
    organizationId: organization,
  });
const keysOf = async (of = api) =>
  (await of.send<{ keys: (JsonWebKey & { kid: string })[] }>('GET', '/api/billing/.well-known/jwks.json')).body.keys;

/** With a library that had no part in signing. */
function verify(jws: string, keys: (JsonWebKey & { kid: string })[]): jwt.JwtPayload {
  const kid = jwt.decode(jws, { complete: true })?.header.kid;
  const jwk = keys.find((key) => key.kid === kid);
  if (!jwk) throw new Error(`No key ${kid}`);
  return jwt.verify(jws, createPublicKey({ key: jwk, format: 'jwk' }), { algorithms: ['ES256'] }) as jwt.JwtPayload;
}

describe('a receipt', () => {
  it('says what was held, charged and returned, under which price, and verifies with the published keys', async () => {
    const job = await endedJob('succeeded', 20, 13, null);
    const { status, body } = await receiptOf(job);
    expect(status).toBe(200);
    expect(body.receipt).toMatchObject({
      ...{ jobId: job, organizationId, status: 'succeeded', provider: 'sandbox', priceVersion: 3, chargedCredits: 13 },
      hold: { credits: 20, at: expect.any(String) },
      settle: { credits: 13, at: expect.any(String) },
      release: { credits: 7, reason: 'unused' },
      reason: null,
    });
    // Nothing of what the platform itself pays.
    expect(body.receipt['price']).toEqual({ version: 3, components: [CHARGED] });
    const claims = verify(body.jws, await keysOf());
    expect(claims).toMatchObject({ iss: 'http://localhost:3001', sub: organizationId, jti: job });
    expect(claims['receipt']).toEqual(body.receipt);
  });

  it('and the job tell what was given back since, beside what was charged', async () => {
    const job = await endedJob('succeeded', 20, 13, null);
    await api.sql(`select private.refund_job($1, $2, 5, $3, 'The file was damaged')`, [organizationId, job, newId()]);
    await api.sql(`select private.refund_job($1, $2, 2, $3, 'And late')`, [organizationId, job, newId()]);
    const { body } = await receiptOf(job);
    expect(body.receipt).toMatchObject({
      ...{ chargedCredits: 13, refundedCredits: 7 },
      refunds: [
        { credits: 5, at: expect.any(String), reason: 'The file was damaged' },
        { credits: 2, reason: 'And late' },
      ],
    });
    const shown = await api.send('GET', `/api/ai/jobs/${job}`, { bearer: owner.accessToken, organizationId });
    expect(shown.body).toMatchObject({ credits: { held: 20, charged: 13, refunded: 7 } });
  });

  it.each(['failed', 'canceled', 'expired', 'outcome_unknown'])(
    'of a job that ended as %s says that everything went back, and why',
    async (status) => {
      const { body } = await receiptOf(await endedJob(status, 9, 0, 'provider.unreachable'));
      expect(body.receipt).toMatchObject({
        ...{ status, chargedCredits: 0, settle: null, reason: 'provider.unreachable' },
        hold: { credits: 9 },
        release: { credits: 9, reason: 'provider.unreachable' },
      });
    },
  );

  it('of a test-mode job says that no credits moved', async () => {
    const { body } = await receiptOf(await endedJob('succeeded', 0, 0, null));
    expect(body.receipt).toMatchObject({ testMode: true, hold: null, settle: null, release: null, chargedCredits: 0 });
  });

  it('that was edited does not verify, nor does one signed by somebody else', async () => {
    const { body } = await receiptOf(await endedJob('succeeded', 20, 13, null));
    const [header, payload, signature] = body.jws.split('.');
    const cheaper = Buffer.from(
      Buffer.from(payload ?? '', 'base64url')
        .toString()
        .replace('"chargedCredits":13', '"chargedCredits":1'),
    ).toString('base64url');
    const keys = await keysOf();
    expect(() => verify(`${header}.${cheaper}.${signature}`, keys)).toThrow('invalid signature');
    expect(() => verify(`${header}.${payload}.${'A'.repeat(86)}`, keys)).toThrow('invalid signature');
  });

  it('still verifies after the root secret changed: keys are added, never taken away', async () => {
    const { body } = await receiptOf(await endedJob('succeeded', 5, 5, null));
    const later = await startTestApi(database, {
      modules: MODULES,
      env: { APP_SECRET: 'another root secret, as long as the first one was' },
    });
    const keys = await keysOf(later);
    await later.close();
    expect(keys).toHaveLength(2);
    expect(verify(body.jws, keys)['jti']).toBe(body.receipt['jobId']);
    expect(JSON.stringify(keys)).not.toContain('"d"');
  });

  it('is there when the job has ended, and for its organization only', async () => {
    await expect(receiptOf(await endedJob('queued', 5, 0, null))).resolves.toMatchObject({
      status: 409,
      body: { code: 'ai.receipt_not_ready' },
    });
    const stranger = await api.register();
    const elsewhere = await api.createOrganization(stranger);
    const job = await endedJob('succeeded', 5, 5, null);
    await expect(receiptOf(job, stranger, elsewhere)).resolves.toMatchObject({ status: 404 });
    await expect(receiptOf(newId())).resolves.toMatchObject({ status: 404 });
  });
});
