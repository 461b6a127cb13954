import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StudioGrounds } from '../testing/index.js';
import type { ProjectDto, ProjectPageDto } from './projects.dto.js';

describe('projects', () => {
  let grounds: StudioGrounds;
  beforeAll(async () => {
    grounds = await StudioGrounds.start();
  });
  afterAll(() => grounds.stop());

  const create = async (name: string): Promise<ProjectDto> => {
    const { status, body } = await grounds.send<ProjectDto>('POST', '/projects', { name });
    expect(status).toBe(201);
    return body;
  };
  const get = async (id: string) => (await grounds.send<ProjectDto>('GET', `/projects/${id}`)).body;

  it('count what is in them and show their newest picture, until one is chosen', async () => {
    const { id } = await create('Campanha');
    const oldest = await grounds.makeGeneration({ projectId: id, ageMinutes: 9 });
    const newest = await grounds.makeGeneration({ projectId: id, ageMinutes: 5 });
    await grounds.makeGeneration({ projectId: id, type: 'audio' });
    expect(await get(id)).toMatchObject({ generationCount: 3, cover: { generationId: newest, isChosen: false } });

    await grounds.keepPreview(oldest, Buffer.from('small'));
    const chosen = await grounds.send<ProjectDto>('PATCH', `/projects/${id}`, { coverGenerationId: oldest });
    expect(chosen.body.cover).toMatchObject({
      generationId: oldest,
      isChosen: true,
      previewUrl: expect.stringContaining('0.preview.webp?'),
      posterUrl: null,
    });
    await grounds.send('POST', '/generations/delete', { generationIds: [oldest] });
    expect(await get(id)).toMatchObject({ generationCount: 2, cover: { generationId: newest, isChosen: false } });
    const none = await grounds.send<ProjectDto>('PATCH', `/projects/${id}`, { coverGenerationId: null });
    expect(none.body.cover).toMatchObject({ generationId: newest });
  });

  it('take no cover from outside', async () => {
    const { id } = await create('Sem capa');
    const elsewhere = await grounds.makeGeneration();
    const answer = await grounds.send('PATCH', `/projects/${id}`, { coverGenerationId: elsewhere });
    expect([answer.status, answer.body['errors']]).toEqual([
      422,
      [{ pointer: '/coverGenerationId', code: 'not_in_project', message: expect.any(String) }],
    ]);
  });

  it('are put away and taken up again, and leave lines in the audit log', async () => {
    const { id } = await create('Antigo');
    const changed = await grounds.send<ProjectDto>('PATCH', `/projects/${id}`, { name: 'Arquivo', archived: true });
    expect(changed.body).toMatchObject({ name: 'Arquivo', archivedAt: expect.any(String) });
    const listed = async (archived: boolean) =>
      (await grounds.send<ProjectPageDto>('GET', `/projects?archived=${archived}`)).body.data.map((each) => each.id);
    expect(await listed(false)).not.toContain(id);
    expect(await listed(true)).toEqual([id]);
    await grounds.send('PATCH', `/projects/${id}`, { archived: false });
    expect(await listed(false)).toContain(id);
    const lines = await grounds.api.sql<{ action: string }>(
      'select action from audit_logs where target_id = $1 order by created_at',
      [id],
    );
    expect(lines.map(({ action }) => action)).toEqual(['projects.create', 'projects.update', 'projects.update']);
  });

  it('leave their files in the gallery when they are deleted', async () => {
    const { id } = await create('Breve');
    const file = await grounds.makeGeneration({ projectId: id });
    expect((await grounds.send('DELETE', `/projects/${id}`)).status).toBe(204);
    expect((await grounds.send('GET', `/projects/${id}`)).status).toBe(404);
    expect((await grounds.send('DELETE', `/projects/${id}`)).status).toBe(404);
    const { body } = await grounds.send<{ data: { id: string; project: unknown }[] }>('GET', '/gallery?limit=200');
    expect(body.data.find((each) => each.id === file)).toMatchObject({ project: null });
    const moved = await grounds.send('POST', '/generations/move', { generationIds: [file], projectId: id });
    expect(moved.status).toBe(422);
  });

  it('are listed in pages, newest first', async () => {
    const made = [await create('A'), await create('B'), await create('C')].map(({ id }) => id).reverse();
    const first = (await grounds.send<ProjectPageDto>('GET', '/projects?limit=2')).body;
    expect(first.data.map(({ id }) => id)).toEqual(made.slice(0, 2));
    const second = (await grounds.send<ProjectPageDto>('GET', `/projects?limit=1&before=${first.nextBefore}`)).body;
    expect(second.data.map(({ id }) => id)).toEqual(made.slice(2));
  });

  it('are read by a viewer, and made by nobody who only views', async () => {
    const viewer = await grounds.api.addMember(grounds.organizationId, 'viewer');
    expect((await grounds.send('GET', '/projects', undefined, { as: viewer })).status).toBe(200);
    const refused = await grounds.send('POST', '/projects', { name: 'Não' }, { as: viewer });
    expect([refused.status, refused.body['code']]).toEqual([403, 'auth.permission_denied']);
  });
});
