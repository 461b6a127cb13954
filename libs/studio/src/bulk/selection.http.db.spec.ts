import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StudioGrounds } from '../testing/index.js';
import { MAX_SELECTION, type SelectionResultDto } from './bulk.dto.js';

describe('what is done with chosen files', () => {
  let grounds: StudioGrounds;
  let elsewhere: string;
  beforeAll(async () => {
    grounds = await StudioGrounds.start();
    elsewhere = await grounds.api.createOrganization(await grounds.api.register());
  });
  afterAll(() => grounds.stop());

  const act = async (what: string, body: object) =>
    (await grounds.send<SelectionResultDto>('POST', `/generations/${what}`, body)).body.changed;
  const gallery = async (query = '') => {
    const { body } = await grounds.send<{ data: { id: string }[] }>('GET', `/gallery?limit=200${query}`);
    return body.data.map(({ id }) => id);
  };

  it('moves them into a project and out of it; others’ files and unknown ones are passed over', async () => {
    const project = (await grounds.send<{ id: string }>('POST', '/projects', { name: 'Destino' })).body.id;
    const mine = [await grounds.makeGeneration(), await grounds.makeGeneration()];
    const theirs = await grounds.makeGeneration({}, elsewhere);
    const generationIds = [...mine, theirs, randomUUID()];
    expect((await act('move', { generationIds, projectId: project })).sort()).toEqual([...mine].sort());
    expect((await gallery(`&projectId=${project}`)).sort()).toEqual([...mine].sort());
    expect(await act('move', { generationIds, projectId: project })).toEqual([]);
    expect(await act('move', { generationIds: mine.slice(0, 1), projectId: null })).toEqual(mine.slice(0, 1));
    expect(await gallery(`&projectId=${project}`)).toEqual(mine.slice(1));
  });

  it('puts them into the bin and takes them out, with a line in the audit log for each', async () => {
    const [first, second] = [await grounds.makeGeneration(), await grounds.makeGeneration()];
    const theirs = await grounds.makeGeneration({}, elsewhere);
    expect((await act('delete', { generationIds: [first, second, theirs] })).sort()).toEqual([first, second].sort());
    expect(await act('delete', { generationIds: [first] })).toEqual([]);
    expect(await gallery()).not.toEqual(expect.arrayContaining([first]));
    expect((await gallery('&deleted=true')).sort()).toEqual([first, second].sort());
    expect(await act('restore', { generationIds: [first, theirs] })).toEqual([first]);
    expect(await gallery()).toContain(first);
    const lines = await grounds.api.sql<{ action: string }>(
      'select action from audit_logs where target_id = $1 order by created_at',
      [first],
    );
    expect(lines.map(({ action }) => action)).toEqual(['generations.delete', 'generations.restore']);
  });

  it('restores nothing that has been in the bin too long', async () => {
    const file = await grounds.makeGeneration();
    await grounds.api.sql(`update generations set deleted_at = now() - interval '31 days' where id = $1`, [file]);
    expect(await act('restore', { generationIds: [file] })).toEqual([]);
    expect(await gallery('&deleted=true')).not.toContain(file);
  });

  it('marks favourites many at once, once', async () => {
    const files = [await grounds.makeGeneration(), await grounds.makeGeneration()];
    const theirs = await grounds.makeGeneration({}, elsewhere);
    expect((await act('favorite', { generationIds: [...files, theirs], favorite: true })).sort()).toEqual(
      [...files].sort(),
    );
    expect(await act('favorite', { generationIds: files, favorite: true })).toEqual([]);
    expect((await gallery('&favorite=true')).sort()).toEqual([...files].sort());
    expect((await grounds.send('DELETE', `/favorites/${files[0]}`)).status).toBe(204);
    expect((await grounds.send('DELETE', `/favorites/${files[0]}`)).status).toBe(204);
    expect(await gallery('&favorite=true')).toEqual(files.slice(1));
    expect(await act('favorite', { generationIds: files, favorite: false })).toEqual(files.slice(1));
  });

  it.each([
    ['nothing', []],
    ['too much', Array.from({ length: MAX_SELECTION + 1 }, () => randomUUID())],
    ['what is no id', ['x']],
    ['the same twice', Array.from({ length: 2 }, () => '0190b6a0-0000-7000-8000-000000000000')],
  ])('refuses %s', async (_what, generationIds) => {
    expect((await grounds.send('POST', '/generations/delete', { generationIds })).status).toBe(422);
  });

  it('is not for viewers, but their favourites are their own', async () => {
    const viewer = await grounds.api.addMember(grounds.organizationId, 'viewer');
    const file = await grounds.makeGeneration();
    const body = { generationIds: [file] };
    expect((await grounds.send('POST', '/generations/delete', body, { as: viewer })).status).toBe(403);
    expect((await grounds.send('PUT', `/favorites/${file}`, undefined, { as: viewer })).status).toBe(204);
  });
});
