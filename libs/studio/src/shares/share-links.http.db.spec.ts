import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StudioGrounds } from '../testing/index.js';
import type { SharedPageDto, ShareLinkDto, ShareLinkPageDto } from './share-links.dto.js';

describe('share links', () => {
  let grounds: StudioGrounds;
  beforeAll(async () => {
    grounds = await StudioGrounds.start();
  });
  afterAll(() => grounds.stop());

  const share = async (body: object): Promise<ShareLinkDto> => {
    const answer = await grounds.send<ShareLinkDto>('POST', '/share-links', body);
    expect(answer.status).toBe(201);
    return answer.body;
  };
  /** As a stranger. */
  const open = (token: string) =>
    grounds.api.send<SharedPageDto & { code?: string }>('GET', `/api/studio/shared/${token}`);
  const openFile = (url: string, headers: Record<string, string> = {}) => {
    const { pathname, search } = new URL(url);
    return grounds.api.app.inject({ method: 'GET', url: pathname + search, headers });
  };

  const makeFile = (prompt: string) => grounds.makeFile(prompt, Buffer.from(`picture of ${prompt}`));

  it('show the chosen files in their order to anybody, prompts hidden, and no id of the organization', async () => {
    const ids = [await makeFile('Primeira'), await makeFile('Segunda')];
    const link = await share({ generationIds: ids, title: 'Propostas' });
    expect(link).toMatchObject({ showPrompts: false, isOpen: true, itemCount: 2, views: 0, expiresAt: null });
    expect(link.url).toBe(`http://localhost:3001/shared/${link.token}`);

    const page = await open(link.token);
    expect([page.status, page.headers['cache-control'], page.headers['x-robots-tag']]).toEqual([
      200,
      'no-store',
      'noindex',
    ]);
    expect(page.body).toMatchObject({ title: 'Propostas', organizationName: 'Estúdio Água' });
    expect(page.body.files.map(({ prompt, model }) => [prompt, model])).toEqual([
      [null, null],
      [null, null],
    ]);
    for (const secret of [grounds.organizationId, link.id, ...ids, 'jobs/']) {
      expect(JSON.stringify(page.body)).not.toContain(secret);
    }
    const listed = await grounds.send<ShareLinkPageDto>('GET', '/share-links');
    expect(listed.body.data[0]).toMatchObject({ id: link.id, token: link.token, views: 1 });
  });

  it('serve their files, in parts too, by links that fit one file of one page', async () => {
    const { token } = await share({ generationIds: [await makeFile('A'), await makeFile('B')] });
    const { files } = (await open(token)).body;
    const whole = await openFile(files[1]?.url ?? '');
    expect([whole.statusCode, whole.body, whole.headers['content-type']]).toEqual([200, 'picture of B', 'image/png']);
    const part = await openFile(files[1]?.url ?? '', { range: 'bytes=0-6' });
    expect([part.statusCode, part.body]).toEqual([206, 'picture']);
    const saved = await openFile(`${files[0]?.url ?? ''}&download=a%20b.png`);
    expect(saved.headers['content-disposition']).toBe(`attachment; filename*=UTF-8''a%20b.png`);
    const forged = await openFile((files[1]?.url ?? '').replace('/files/1?', '/files/0?'));
    expect(forged.statusCode).toBe(403);
  });

  it('serve what their files look like at a glance', async () => {
    const id = await makeFile('Um farol');
    const path = await grounds.keepPreview(id, Buffer.from('small picture'));
    const { token } = await share({ generationIds: [id] });
    const [file] = (await open(token)).body.files;
    expect(file).toMatchObject({ posterUrl: null, placeholder: 'data:image/webp;base64,', peaks: null });
    for (const url of [file?.thumbnailUrl, file?.previewUrl]) {
      expect(url).not.toContain(path);
      const answer = await openFile(url ?? '');
      expect([answer.statusCode, answer.body, answer.headers['content-type']]).toEqual([
        200,
        'small picture',
        'image/webp',
      ]);
      expect((await openFile((url ?? '').replace(/variant=\w+/, 'variant=poster'))).statusCode).toBe(403);
    }
  });

  it('show prompts and models when they are told to', async () => {
    const { token, id } = await share({ generationIds: [await makeFile('Um farol')], showPrompts: true });
    expect((await open(token)).body.files[0]).toMatchObject({ prompt: 'Um farol', model: 'sandbox/image' });
    await grounds.send('PATCH', `/share-links/${id}`, { showPrompts: false });
    expect((await open(token)).body.files[0]).toMatchObject({ prompt: null, model: null });
  });

  it('are revoked at once, with their files; revoked, over and unknown ones answer alike', async () => {
    const { token, id } = await share({ generationIds: [await makeFile('Adeus')] });
    const [file] = (await open(token)).body.files;
    expect((await grounds.send('DELETE', `/share-links/${id}`)).status).toBe(204);
    expect((await openFile(file?.url ?? '')).statusCode).toBe(404);

    const over = await share({
      generationIds: [await makeFile('Fim')],
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
    });
    expect((await open(over.token)).status).toBe(200);
    await grounds.api.sql(`update share_links set expires_at = now() - interval '1 second' where id = $1`, [over.id]);
    const answers = await Promise.all([token, over.token, 'A'.repeat(43), 'short'].map(open));
    const bodies = answers.map(({ status, body }) => ({ status, body: Object.assign({}, body, { requestId: '' }) }));
    expect(bodies[0]).toMatchObject({ status: 404, body: { code: 'resource.not_found' } });
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    const listed = await grounds.send<ShareLinkPageDto>('GET', '/share-links');
    expect(listed.body.data.filter((link) => [id, over.id].includes(link.id)).map(({ isOpen }) => isOpen)).toEqual([
      false,
      false,
    ]);
  });

  it('lose what goes into the bin, and get it back with it', async () => {
    const ids = [await makeFile('Fica'), await makeFile('Vai')];
    const { token } = await share({ generationIds: ids });
    await grounds.send('POST', '/generations/delete', { generationIds: ids.slice(1) });
    expect((await open(token)).body.files).toHaveLength(1);
    await grounds.send('POST', '/generations/delete', { generationIds: ids.slice(0, 1) });
    expect((await open(token)).body.files).toEqual([]);
    await grounds.send('POST', '/generations/restore', { generationIds: ids });
    expect((await open(token)).body.files).toHaveLength(2);
  });

  it('keep their tokens out of the database', async () => {
    const { token } = await share({ generationIds: [await makeFile('Segredo')] });
    const [found] = await grounds.api.sql<{ found: boolean }>(
      `select exists (select from share_links l where l::text like '%' || $1 || '%') as found`,
      [token],
    );
    expect(found).toEqual({ found: false });
  });

  it.each([
    ['another organization’s file', async () => ({ generationIds: [await theirs()] }), 'unknown_generation'],
    [
      'an end in the past',
      async () => ({ generationIds: [await makeFile('x')], expiresAt: '2020-01-01T00:00:00Z' }),
      'in_the_past',
    ],
  ])('refuse %s by name', async (_what, body, code) => {
    const answer = await grounds.send<{ errors: { code: string }[] }>('POST', '/share-links', await body());
    expect([answer.status, answer.body.errors[0]?.code]).toEqual([422, code]);
  });

  async function theirs(): Promise<string> {
    return grounds.makeGeneration({}, await grounds.api.createOrganization(await grounds.api.register()));
  }

  it('are not for viewers', async () => {
    const viewer = await grounds.api.addMember(grounds.organizationId, 'viewer');
    expect((await grounds.send('GET', '/share-links', undefined, { as: viewer })).status).toBe(403);
  });
});
