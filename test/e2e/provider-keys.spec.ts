import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type FakeOpenAi, startFakeOpenAi } from '#ai/testing';
import {
  type ApiError,
  type Client,
  createJob,
  createProviderKey,
  deleteProviderKey,
  getModel,
  listEvents,
  listProviderKeys,
  listProviders,
  replaceProviderKeySecret,
  testProviderKey,
  updateProviderKey,
} from '#sdk';
import {
  type Agency,
  balanceOf,
  createAgency,
  createOperator,
  followToEnd,
  ledgerFaults,
  runJob,
  setPlan,
} from '../support/agency.js';
import { eventually } from '../support/eventually.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

const PLATFORM_KEY = 'sk-platform-that-the-provider-does-not-know';
const image = { model: 'openai/gpt-image-2', input: { prompt: 'Um farol', quality: 'low' } };

/** Organizations that bring their own key. OpenAI's stand-in knows their key only, never the platform's. */
describe('an organization’s own provider keys', () => {
  let openAi: FakeOpenAi;
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    openAi = await startFakeOpenAi();
    stack = await Stack.start({
      backend: 'postgres',
      environment: { OPENAI_BASE_URL: openAi.baseUrl, OPENAI_API_KEY: PLATFORM_KEY },
    });
    agency = await createAgency(stack, 1000);
  });
  afterEach(async () => {
    expect(await ledgerFaults(stack)).toEqual([]);
  });
  afterAll(async () => {
    await stack.stop();
    await openAi.close();
  });

  const save = (client: Client, secret: string, name = 'Nossa conta') =>
    createProviderKey({ client, body: { provider: 'openai', name, secret } });
  const keysOf = async (client: Client) => (await listProviderKeys({ client, throwOnError: true })).data.data;

  /** How an image job of the agency ends, or why there is none. */
  const ending = async (client = agency.client) => {
    const { data: accepted, error } = await createJob({ client, body: image });
    if (!accepted) return (error as ApiError).code;
    const { job } = await followToEnd(client, accepted.id);
    return job.error?.code ?? job.status;
  };
  /** With the platform's key: the first of five minutes is refused by the provider, the others are not accepted. */
  const isPlatforms = (end: string) => ['provider.authentication_failed', 'ai.model_unavailable'].includes(end);

  it('a key that the provider refuses is not saved', async () => {
    const { response, error } = await save(agency.owner, 'sk-proj-revoked-long-ago');
    expect(response?.status).toBe(422);
    expect(error).toMatchObject({ code: 'ai.provider_key_refused' });
    expect(JSON.stringify(error)).not.toContain('revoked-long-ago');
    expect(await keysOf(agency.owner)).toEqual([]);
  });

  it('a key that a header cannot carry is refused before anybody is asked', async () => {
    const asked = openAi.requests.length;
    for (const secret of ['sk-ação-ação-ação', 'sk-1234 5678 9012', 'short', 'x'.repeat(513)]) {
      const { response, error } = await save(agency.owner, secret);
      expect(response?.status).toBe(422);
      expect(JSON.stringify(error)).not.toContain(secret);
    }
    expect(openAi.requests.length).toBe(asked);
  });

  it('goes upstream once it is saved, the platform’s does not, and the price stays the same', async () => {
    const before = await runJob(agency.client, image);
    expect(before.job).toMatchObject({ status: 'failed', error: { code: 'provider.authentication_failed' } });

    const { data: key } = await save(agency.owner, openAi.apiKey);
    expect(key).toMatchObject({ provider: 'openai', masked: `…${openAi.apiKey.slice(-4)}`, status: 'active' });
    const asked = openAi.requests.length;
    const { job } = await runJob(agency.client, image);
    expect(job.status).toBe('succeeded');
    expect(job.credits.charged).toBeGreaterThan(0);
    expect(openAi.requests.slice(asked).map(({ path, status }) => ({ path, status }))).toEqual([
      { path: '/images/generations', status: 200 },
    ]);
    const [row] = await withSql(stack.database.url, (query) =>
      query<{ cost: string; key: string }>(
        'select cost_usd_micros::text as cost, provider_key_id as key from ai_jobs where id = $1',
        [job.id],
      ),
    );
    expect(row).toEqual({ cost: '0', key: key?.id });
  });

  it('is not troubled by a refusal of the platform’s, for which no job is accepted for a while', async () => {
    const other = await createAgency(stack, 1000);
    await eventually(async () => (await ending(other.client)) === 'ai.model_unavailable', 'the refusal is known');
    expect(await balanceOf(other.client)).toMatchObject({ available: 1000, held: 0 });
    expect((await getModel({ client: other.client, path: { path: image.model } })).data?.available).toBe(false);
    const { data: providers } = await listProviders({ client: await createOperator(stack), throwOnError: true });
    expect(providers.data.find(({ provider }) => provider === 'openai')).toMatchObject({
      state: 'degraded',
      keyRefusedAt: expect.any(String),
    });
    expect(await ending()).toBe('succeeded');

    const age = `update provider_status set key_refused_at = key_refused_at - interval '6 minutes'`;
    await withSql(stack.database.url, (query) => query(age));
    const again = async () => (await ending(other.client)) === 'provider.authentication_failed';
    await eventually(again, 'a job finds out whether the key is accepted by now');
    await eventually(async () => (await ending(other.client)) === 'ai.model_unavailable', 'it is not');
  });

  it('is never shown again, by no route', async () => {
    const [key] = await keysOf(agency.owner);
    if (!key) throw new Error('No key');
    const path = { providerKeyId: key.id };
    const answers = [
      await listProviderKeys({ client: agency.owner }),
      await testProviderKey({ client: agency.owner, path }),
      await updateProviderKey({ client: agency.owner, path, body: { name: 'Outro nome' } }),
      await replaceProviderKeySecret({ client: agency.owner, path, body: { secret: openAi.apiKey } }),
    ];
    for (const { data } of answers) {
      expect(JSON.stringify(data)).toContain(key.masked);
      expect(JSON.stringify(data)).not.toContain(openAi.apiKey.slice(0, -4).slice(-12));
    }
  });

  it('is for plans that include it: without, none is saved, and one of before is not used', async () => {
    const free = await createAgency(stack, 1000, 'free');
    const { response, error } = await save(free.owner, openAi.apiKey);
    expect(response?.status).toBe(402);
    expect(error).toMatchObject({ code: 'plan.feature_missing', problem: { feature: 'provider_keys', plan: 'free' } });

    await setPlan(stack, agency.organizationId, 'free');
    // The worker and the API remember for some seconds what they may use.
    await eventually(async () => isPlatforms(await ending()), 'the platform’s key');
    expect(await keysOf(agency.owner)).toHaveLength(1);
    await setPlan(stack, agency.organizationId, 'enterprise');
    await eventually(async () => (await ending()) === 'succeeded', 'the own key');
    const taken = async () => (await save(agency.owner, openAi.apiKey, 'Outro nome')).response?.status === 409;
    await eventually(taken, 'the plan of before');
  });

  it('belongs to its organization: for another one it does not exist', async () => {
    const [key] = await keysOf(agency.owner);
    const other = await createAgency(stack, 1000);
    const path = { providerKeyId: key?.id ?? '' };
    const answers = [
      await testProviderKey({ client: other.owner, path }),
      await updateProviderKey({ client: other.owner, path, body: { enabled: false } }),
      await replaceProviderKeySecret({ client: other.owner, path, body: { secret: openAi.apiKey } }),
      await deleteProviderKey({ client: other.owner, path }),
    ];
    expect(answers.map(({ response }) => response?.status)).toEqual([404, 404, 404, 404]);
    expect(await keysOf(other.owner)).toEqual([]);
    expect(isPlatforms(await ending(other.client))).toBe(true);
  });

  it('has a name of its own, and is kept but not used while it is disabled', async () => {
    const { response, error } = await save(agency.owner, openAi.apiKey, 'Outro nome');
    expect([response?.status, error]).toEqual([409, expect.objectContaining({ code: 'ai.provider_key_name_taken' })]);

    const [key] = await keysOf(agency.owner);
    const path = { providerKeyId: key?.id ?? '' };
    const { data } = await updateProviderKey({ client: agency.owner, path, body: { enabled: false } });
    expect(data).toMatchObject({ status: 'disabled', enabled: false });
    // The worker may remember the key for five seconds.
    await eventually(async () => isPlatforms(await ending()), 'the key is not used');
    await updateProviderKey({ client: agency.owner, path, body: { enabled: true } });
    await eventually(async () => (await ending()) === 'succeeded', 'the key is used again');
  });

  it('tells when it was used last', async () => {
    await stack.stopWorker();
    const [key] = await keysOf(agency.owner);
    await stack.startWorker();
    expect(key?.lastUsedAt).not.toBeNull();
  });

  it.each(['moved from another organization', 'edited', 'given another nonce'])(
    'does not open when it was %s: the job fails with its own code and costs nothing',
    async (how) => {
      const victim = await createAgency(stack, 1000);
      await save(victim.owner, openAi.apiKey, 'Alvo');
      const change = {
        'moved from another organization': `ciphertext = o.ciphertext, nonce = o.nonce`,
        edited: `ciphertext = set_byte(k.ciphertext, 0, get_byte(k.ciphertext, 0) # 1)`,
        'given another nonce': `nonce = o.nonce`,
      }[how];
      await withSql(stack.database.url, (query) =>
        query(
          `update provider_api_keys k set ${change} from provider_api_keys o
            where k.organization_id = $1 and o.organization_id = $2`,
          [victim.organizationId, agency.organizationId],
        ),
      );
      const asked = openAi.requests.length;
      const { job } = await runJob(victim.client, image);
      expect(job).toMatchObject({ status: 'failed', error: { code: 'provider.own_key_unusable' } });
      expect(await balanceOf(victim.client)).toMatchObject({ available: 1000, held: 0 });
      expect(openAi.requests.length).toBe(asked);
      const [key] = await keysOf(victim.owner);
      const { response, error } = await testProviderKey({
        client: victim.owner,
        path: { providerKeyId: key?.id ?? '' },
      });
      expect([response?.status, error]).toEqual([500, expect.objectContaining({ code: 'crypto.ciphertext_rejected' })]);
    },
  );

  it('that one job’s refusal does not condemn it: the provider is asked about the key alone', async () => {
    openAi.failNext('unauthorized');
    const { job } = await runJob(agency.client, image);
    expect(job).toMatchObject({
      status: 'failed',
      error: { code: 'provider.own_key_refused', providerMessage: expect.stringMatching(/^401 /) },
    });
    expect((await keysOf(agency.owner))[0]?.status).toBe('active');
  });

  it('whose account is empty: the organization is told that it is its own', async () => {
    openAi.failNext('insufficient_quota');
    const { job } = await runJob(agency.client, image);
    expect(job.error).toMatchObject({
      code: 'provider.own_quota_exhausted',
      localized: { en: job.error?.message },
      providerMessage: expect.stringMatching(/^429 /),
    });
  });

  it('revoked at the provider: the job fails, the hold returns, the key is out of use and the organization is told', async () => {
    const before = await balanceOf(agency.client);
    openAi.revokeKey();
    const { job } = await runJob(agency.client, image);
    expect(job).toMatchObject({
      status: 'failed',
      error: { code: 'provider.own_key_refused' },
      credits: { charged: 0 },
    });
    expect(await balanceOf(agency.client)).toMatchObject({ available: before.available, held: 0 });
    const [key] = await keysOf(agency.owner);
    expect(key).toMatchObject({ status: 'refused', lastTestError: 'ai.provider_key_refused' });
    const { data: events } = await listEvents({ client: agency.client, throwOnError: true });
    const told = events.data.filter(({ type }) => type === 'provider_key.refused');
    expect(told.map(({ data }) => data)).toEqual([{ providerKeyId: key?.id, provider: 'openai' }]);
    // From now on the platform's key serves, where there is one.
    await eventually(async () => isPlatforms(await ending()), 'the key is not used');
  });

  it('an unreachable provider: nothing is saved, and the answer says so', async () => {
    const elsewhere = await createAgency(stack, 1000);
    await openAi.close();
    const { response, error } = await save(elsewhere.owner, openAi.apiKey);
    expect([response?.status, error]).toEqual([502, expect.objectContaining({ code: 'ai.provider_unreachable' })]);
    expect(JSON.stringify(error)).not.toContain(openAi.apiKey);
    expect(await keysOf(elsewhere.owner)).toEqual([]);
    await withSql(stack.database.url, (query) => query('update provider_status set key_refused_at = null'));
    const accepted = async () => (await createJob({ client: elsewhere.client, body: image })).response?.status === 202;
    await eventually(accepted, 'an unreachable provider is no reason to refuse a job');
  });
});
