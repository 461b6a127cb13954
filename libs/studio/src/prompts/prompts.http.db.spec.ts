import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FakeOpenAi, startFakeOpenAi } from '#ai/testing';
import { StudioGrounds } from '../testing/index.js';
import type { EnhancedPromptDto } from './prompts.dto.js';

describe('enhancing a prompt', () => {
  let openAi: FakeOpenAi;
  let grounds: StudioGrounds;
  let without: StudioGrounds;
  beforeAll(async () => {
    openAi = await startFakeOpenAi();
    [grounds, without] = await Promise.all([
      StudioGrounds.start({ OPENAI_API_KEY: openAi.apiKey, OPENAI_BASE_URL: openAi.baseUrl, RATE_LIMIT_FACTOR: '1' }),
      StudioGrounds.start({ OPENAI_BASE_URL: openAi.baseUrl }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([grounds.stop(), without.stop()]);
    await openAi.close();
  });

  const enhance = (where: StudioGrounds, body: object, as = where.owner) =>
    where.send<EnhancedPromptDto & { code?: string }>('POST', '/prompts/enhance', body, { as });

  it('is done by a text model, which is told the prompt and nothing else of the organization', async () => {
    const { status, body } = await enhance(grounds, { prompt: ' um farol ' });
    expect([status, body]).toEqual([
      200,
      {
        original: 'um farol',
        enhanced: 'um farol, low golden light',
        changes: [{ aspect: 'light', text: 'low golden light' }],
        source: 'openai',
      },
    ]);
    const sent = openAi.requests.at(-1);
    expect(sent?.path).toBe('/chat/completions');
    expect(sent?.body).toMatchObject({
      model: 'gpt-5.6-luna',
      messages: [
        { role: 'system', content: expect.stringContaining('Brazilian Portuguese') },
        { role: 'user', content: 'um farol' },
      ],
    });
    expect(JSON.stringify(sent?.body)).not.toContain(grounds.organizationId);
  });

  it('is done by fixed rules, and says so, where no key is configured', async () => {
    const before = openAi.requests.length;
    const { body } = await enhance(without, { prompt: 'a lighthouse', type: 'video' });
    expect(body).toMatchObject({ original: 'a lighthouse', source: 'sandbox' });
    expect(body.enhanced).toMatch(/^a lighthouse, /);
    expect(openAi.requests).toHaveLength(before);
  });

  it('is not for those who may not make jobs', async () => {
    const viewer = await without.api.addMember(without.organizationId, 'viewer');
    expect((await enhance(without, { prompt: 'x' }, viewer)).status).toBe(403);
  });

  it.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['a book', 'x'.repeat(4001)],
  ])('refuses %s', async (_what, prompt) => {
    expect((await enhance(without, { prompt })).status).toBe(422);
  });

  it('says that the model did not answer when it failed, with nothing of its words', async () => {
    openAi.failNext('bad_gateway');
    const { status, body } = await enhance(grounds, { prompt: 'um farol' });
    expect([status, body.code]).toEqual([503, 'studio.enhancement_unavailable']);
    expect(JSON.stringify(body)).not.toMatch(/openai|sk-/i);
  });

  it('ends for the day after so many', async () => {
    let answer = await enhance(grounds, { prompt: 'um barco' });
    for (let asked = 0; asked < 120 && answer.status === 200; asked++)
      answer = await enhance(grounds, { prompt: 'um barco' });
    expect([answer.status, answer.body.code]).toEqual([429, 'studio.enhancement_limit']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});
