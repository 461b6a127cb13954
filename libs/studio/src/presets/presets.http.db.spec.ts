import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StudioGrounds } from '../testing/index.js';
import type { PresetDto, PresetListDto } from './presets.dto.js';

describe('presets', () => {
  let grounds: StudioGrounds;
  let colleague: Awaited<ReturnType<StudioGrounds['api']['addMember']>>;
  beforeAll(async () => {
    grounds = await StudioGrounds.start();
    colleague = await grounds.api.addMember(grounds.organizationId, 'creator');
  });
  afterAll(() => grounds.stop());

  const create = async (body: object, as = grounds.owner): Promise<PresetDto> => {
    const full = { name: 'Feed', model: 'sandbox/image', input: { size: '1080x1350' }, ...body };
    const answer = await grounds.send<PresetDto>('POST', '/presets', full, { as });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const listed = async (as = grounds.owner, query = '') =>
    (await grounds.send<PresetListDto>('GET', `/presets${query}`, undefined, { as })).body.data.map(({ name }) => name);

  it('are one’s own until they are shared; another’s own does not exist', async () => {
    const mine = await create({ name: 'Meu' });
    await create({ name: 'De todos', shared: true });
    await create({ name: 'Dela' }, colleague);
    expect(await listed()).toEqual(['De todos', 'Meu']);
    expect(await listed(colleague)).toEqual(['De todos', 'Dela']);
    for (const [method, body] of [
      ['PATCH', { name: 'Nosso' }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await grounds.send(method, `/presets/${mine.id}`, body, { as: colleague });
      expect([answer.status, answer.body['code']]).toEqual([404, 'resource.not_found']);
    }
    const shared = await grounds.send<PresetDto>('PATCH', `/presets/${mine.id}`, { shared: true });
    expect(shared.body).toMatchObject({ shared: true, input: { size: '1080x1350' }, type: 'image' });
    expect(await listed(colleague)).toContain('Meu');
    const taken = await grounds.send<PresetDto>(
      'PATCH',
      `/presets/${mine.id}`,
      { shared: false, name: 'Dela agora' },
      { as: colleague },
    );
    expect(taken.body.shared).toBe(false);
    expect(await listed()).not.toContain('Dela agora');
  });

  it('follow their model', async () => {
    const { id } = await create({ name: 'Troca' });
    const film = await grounds.send<PresetDto>('PATCH', `/presets/${id}`, {
      model: 'sandbox/video',
      input: { duration: 6 },
    });
    expect(film.body).toMatchObject({ type: 'video', model: 'sandbox/video', input: { duration: 6 } });
    expect(await listed(grounds.owner, '?type=video')).toEqual(['Troca']);
    expect((await grounds.send('DELETE', `/presets/${id}`)).status).toBe(204);
    expect(await listed(grounds.owner, '?type=video')).toEqual([]);
  });

  it.each([
    ['a model of nobody', { model: 'nobody/nothing' }, 'ai.unknown_model'],
    ['a field that the model does not take', { input: { wings: 2 } }, 'request.invalid'],
    ['an input as long as a book', { input: { prompt: 'x'.repeat(40_000) } }, 'request.invalid'],
  ])('refuse %s by name', async (_what, more, code) => {
    const body = { name: 'Ruim', model: 'sandbox/image', input: {}, ...more };
    const answer = await grounds.send('POST', '/presets', body);
    expect([answer.status, answer.body['code']]).toEqual([422, code]);
  });
});
