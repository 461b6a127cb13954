import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeReplicate } from '../testing/index.js';
import type { FakeTask } from '../testing/fake-tasks.js';
import type { GenerationRequest } from './provider.js';
import { ReplicateProvider } from './replicate.provider.js';

const MINE = 'https://agency.example.com/api/ai/callbacks/replicate/mine';
const REQUEST: GenerationRequest = {
  jobId: '01900000-0000-7000-8000-000000000001',
  organizationId: '01900000-0000-7000-8000-000000000002',
  type: 'image',
  model: 'replicate/flux-schnell',
  providerModel: 'black-forest-labs/flux-schnell',
  ability: 'image-generation',
  expectedMs: 1000,
  input: { prompt: 'A lighthouse' },
  files: {},
};

describe('a create at Replicate whose answer was lost', () => {
  let fake: FakeReplicate;
  beforeEach(async () => {
    fake = await FakeReplicate.start({ pollsToFinish: 5 });
  });
  afterEach(() => fake.close());

  const predict = (webhook: string | undefined): FakeTask =>
    fake.tasks.create({ model: 'a/b', input: {}, webhook, files: { type: 'image', count: 1 } }, undefined);
  const recover = (since: Date) =>
    new ReplicateProvider({ apiKey: fake.apiKey, baseUrl: fake.baseUrl, timeoutMs: 60_000 }).recover(REQUEST, since, {
      signal: new AbortController().signal,
      attempt: 1,
      callbackUrl: MINE,
    });
  const listings = () => fake.requests.filter(({ path }) => path === '/predictions').length;

  it('is found behind hundreds of newer ones', async () => {
    const since = new Date();
    const mine = predict(MINE);
    for (let newer = 0; newer < 250; newer += 1) predict(undefined);
    expect(await recover(since)).toMatchObject({ state: 'pending', externalId: mine.id });
    expect(listings()).toBe(3);
  });

  it('is not looked for among those that are older than the job', async () => {
    for (let older = 0; older < 250; older += 1) predict(undefined).createdAt.setFullYear(2020);
    predict(undefined);
    expect(await recover(new Date(Date.now() - 1000))).toBeUndefined();
    expect(listings()).toBe(1);
  });
});
