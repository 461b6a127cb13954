import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StudioGrounds } from '../testing/index.js';
import type { GenerationPageDto } from './generations.dto.js';

describe('the gallery', () => {
  let grounds: StudioGrounds;
  let project: string;
  let colleague: Awaited<ReturnType<StudioGrounds['api']['addMember']>>;
  const made: Record<string, string> = {};

  beforeAll(async () => {
    grounds = await StudioGrounds.start();
    colleague = await grounds.api.addMember(grounds.organizationId, 'creator');
    const { body } = await grounds.send<{ id: string }>('POST', '/projects', { name: 'Verão' });
    project = body.id;
    const userId = colleague.userId;
    made['fox'] = await grounds.makeGeneration({ prompt: 'Raposas na neve', ageMinutes: 50, credits: 7, userId });
    made['harbour'] = await grounds.makeGeneration({ prompt: 'A harbour at dawn', ageMinutes: 40, projectId: project });
    made['film'] = await grounds.makeGeneration({
      prompt: 'Raposa correndo',
      ageMinutes: 30,
      type: 'video',
      model: 'sandbox/video',
    });
    made['voice'] = await grounds.makeGeneration({
      prompt: 'Boa noite',
      ageMinutes: 20,
      type: 'audio',
      model: 'sandbox/audio',
    });
    made['city'] = await grounds.makeGeneration({ prompt: 'Running in the city', ageMinutes: 10, projectId: project });
    await grounds.send('PUT', `/favorites/${made['fox']}`);
    await grounds.send('PUT', `/favorites/${made['voice']}`, undefined, { as: colleague });
  });
  afterAll(() => grounds.stop());

  const names = ({ data }: GenerationPageDto): string[] =>
    data.map(({ id }) => Object.keys(made).find((name) => made[name] === id) ?? id);
  const list = async (query: Record<string, string | number | boolean> = {}, as = grounds.owner) => {
    const parameters = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const answer = await grounds.send<GenerationPageDto>('GET', `/gallery?${parameters.toString()}`, undefined, { as });
    expect(answer.status).toBe(200);
    return answer.body;
  };

  it('shows everything of the organization, newest first, with what belongs to it', async () => {
    await grounds.api.sql(
      `update ai_jobs set refunded_credits = 2 where id = (select job_id from generations where prompt = 'Raposas na neve')`,
    );
    const page = await list();
    expect(names(page)).toEqual(['city', 'voice', 'film', 'harbour', 'fox']);
    expect(page.nextBefore).toBeNull();
    expect(page.data.at(-1)).toMatchObject({
      type: 'image',
      prompt: 'Raposas na neve',
      creditsCharged: 7,
      creditsRefunded: 2,
      isFavorite: true,
      project: null,
      member: { id: colleague.userId, name: 'Ana Prado' },
      thumbnailUrl: null,
      posterUrl: null,
      peaks: null,
      deletedAt: null,
    });
    expect(page.data[0]).toMatchObject({ isFavorite: false, project: { id: project, name: 'Verão' }, member: null });
    expect(page.data[0]?.url).toContain('/api/files/');
  });

  it('shows the small pictures and the waveform as soon as they are made', async () => {
    await grounds.api.sql(
      `update generations set thumbnail_path = 'x/t.webp', poster_path = 'x/p.webp', peaks = '{1,50,100}' where id = $1`,
      [made['film']],
    );
    const film = (await list()).data.find(({ id }) => id === made['film']);
    expect(film).toMatchObject({
      thumbnailUrl: expect.stringContaining('/api/files/x/t.webp?'),
      posterUrl: expect.stringContaining('/api/files/x/p.webp?'),
      previewUrl: null,
      peaks: [1, 50, 100],
    });
  });

  it.each([
    ['its project', () => ({ projectId: project }), ['city', 'harbour']],
    ['my favourites', () => ({ favorite: true }), ['fox']],
    ['anything, favourite or not', () => ({ favorite: false, limit: 2 }), ['city', 'voice']],
    ['its kind', () => ({ type: 'video' }), ['film']],
    ['its model', () => ({ model: 'sandbox/audio' }), ['voice']],
    ['its maker', () => ({ userId: colleague.userId }), ['fox']],
    [
      'a time',
      () => ({
        from: new Date(Date.now() - 45 * 60_000).toISOString(),
        to: new Date(Date.now() - 25 * 60_000).toISOString(),
      }),
      ['film', 'harbour'],
    ],
    ['a word in Portuguese', () => ({ q: 'raposa' }), ['film', 'fox']],
    ['a word in English', () => ({ q: 'run' }), ['city']],
    ['a word and a kind', () => ({ q: 'raposa', type: 'image' }), ['fox']],
    ['a word among favourites', () => ({ q: 'raposa', favorite: true }), ['fox']],
    ['a word in a project', () => ({ q: 'harbour or city', projectId: project }), ['city', 'harbour']],
    ['a word, a model and a maker', () => ({ q: 'raposa', model: 'sandbox/image', userId: colleague.userId }), ['fox']],
    ['a word and a time', () => ({ q: 'raposa', from: new Date(Date.now() - 45 * 60_000).toISOString() }), ['film']],
    [
      'a word and a time before',
      () => ({ q: 'raposa', to: new Date(Date.now() - 45 * 60_000).toISOString() }),
      ['fox'],
    ],
  ])('is narrowed by %s', async (_what, query, expected) => {
    expect(names(await list(query()))).toEqual(expected);
  });

  it('keeps favourites to those who marked them', async () => {
    expect(names(await list({ favorite: true }, colleague))).toEqual(['voice']);
  });

  it.each([[{}], [{ q: 'raposa or harbour or city or noite' }]] as [Record<string, string>][])(
    'goes on where the page before ended (%j)',
    async (query) => {
      const pages: string[] = [];
      let before: string | undefined;
      do {
        const page = await list({ ...query, limit: 2, ...(before ? { before } : {}) });
        pages.push(...names(page));
        before = page.nextBefore ?? undefined;
      } while (before);
      expect(pages).toEqual(['city', 'voice', 'film', 'harbour', 'fox']);
    },
  );

  it('goes from any file to those next to it, older and newer', async () => {
    const film = made['film'] ?? '';
    expect((await grounds.send('GET', `/gallery/${film}`)).body).toMatchObject({ id: film, prompt: 'Raposa correndo' });
    expect(names(await list({ before: film }))).toEqual(['harbour', 'fox']);
    expect(names(await list({ after: film }))).toEqual(['city', 'voice']);
    expect(names(await list({ after: made['fox'] ?? '', limit: 2 }))).toEqual(['film', 'harbour']);
    expect(names(await list({ after: film, type: 'image' }))).toEqual(['city']);
    expect(names(await list({ after: made['city'] ?? '' }))).toEqual([]);
  });

  it('shows nothing of another organization, also not behind its ids', async () => {
    const stranger = await grounds.api.register();
    const elsewhere = await grounds.api.createOrganization(stranger);
    const theirs = await grounds.makeGeneration({ prompt: 'Raposa alheia' }, elsewhere);
    expect(names(await list({ before: theirs }))).toEqual([]);
    expect(names(await list({ after: theirs }))).toEqual([]);
    expect((await grounds.send('GET', `/gallery/${theirs}`)).status).toBe(404);
    expect(names(await list({ before: theirs, q: 'raposa' }))).toEqual([]);
    expect(names(await list({ q: 'alheia' }))).toEqual([]);
    const answer = await grounds.send('PUT', `/favorites/${theirs}`);
    expect([answer.status, answer.body['code']]).toEqual([404, 'resource.not_found']);
  });

  it.each([
    'limit=0',
    'limit=201',
    'type=text',
    'favorite=yes',
    'before=x',
    'from=tomorrow',
    'q=',
    'deleted=true&q=fox',
    'after=01900000-0000-7000-8000-00000000000a&q=fox',
    'to=2016-12-31T23:59:60Z',
  ])('refuses %s by name', async (query) => {
    const answer = await grounds.send('GET', `/gallery?${query}`);
    expect([answer.status, answer.body['code']]).toEqual([422, 'request.invalid']);
  });
});
