import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import type { FileStorage } from '#core/storage';
import { StudioGrounds } from '../testing/index.js';
import type { DownloadDto } from './downloads.dto.js';
import { DownloadsService } from './downloads.service.js';

describe('downloads', () => {
  let grounds: StudioGrounds;
  beforeAll(async () => {
    grounds = await StudioGrounds.start();
  });
  afterAll(() => grounds.stop());

  const makeFile = (...made: Parameters<StudioGrounds['makeFile']>) => grounds.makeFile(...made);
  const ask = async (body: object) => {
    const answer = await grounds.send<DownloadDto>('POST', '/downloads', body);
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const fetchArchive = (url: string) => grounds.api.app.inject({ method: 'GET', url: new URL(url).pathname });

  it('hand out chosen files as one archive of exactly the length that was said, once and without credentials', async () => {
    const fox = Buffer.from('the fox');
    const sea = randomBytes(300_000);
    const ids = [await makeFile('Raposa na neve', fox), await makeFile('Mar à noite', sea)];
    const link = await ask({ generationIds: [...ids, randomUUID()] });
    expect(link).toMatchObject({ fileCount: 2, bytes: fox.length + sea.length });

    const archive = await fetchArchive(link.url);
    expect([archive.statusCode, archive.headers['content-type']]).toEqual([200, 'application/zip']);
    expect(archive.headers['content-disposition']).toMatch(/^attachment; filename="base-agency-\d{4}-\d\d-\d\d\.zip"$/);
    expect(archive.rawPayload).toHaveLength(Number(archive.headers['content-length']));
    const day = new Date().toISOString().slice(0, 10);
    const files = unzipSync(new Uint8Array(archive.rawPayload));
    expect(Object.keys(files)).toEqual([`${day}-image-raposa-na-neve.png`, `${day}-image-mar-a-noite.png`]);
    expect(Buffer.from(files[`${day}-image-raposa-na-neve.png`] ?? [])).toEqual(fox);
    expect(Buffer.from(files[`${day}-image-mar-a-noite.png`] ?? [])).toEqual(sea);

    const again = await fetchArchive(link.url);
    expect([again.statusCode, again.json<{ code: string }>().code]).toEqual([410, 'studio.download_link_spent']);
  });

  it('hand out a project, in a folder of its name', async () => {
    const project = (await grounds.send<{ id: string }>('POST', '/projects', { name: 'Água & Cia' })).body.id;
    await makeFile('Um copo', Buffer.from('copo'), project);
    const { url } = await ask({ projectId: project });
    const files = unzipSync(new Uint8Array((await fetchArchive(url)).rawPayload));
    expect(Object.keys(files)).toEqual([expect.stringMatching(/^agua-cia\/.*-um-copo\.png$/)]);
  });

  it('answer alike for links that are used, over, and made up', async () => {
    const { url } = await ask({ generationIds: [await makeFile('Velho', Buffer.from('x'))] });
    await grounds.api.sql(`update download_links set expires_at = now() - interval '1 second'`);
    const invented = `http://x/api/studio/downloads/${randomBytes(32).toString('base64url')}`;
    const answers = await Promise.all([url, invented, 'http://x/api/studio/downloads/short'].map(fetchArchive));
    const bodies = answers.map((answer) => ({ ...answer.json<object>(), requestId: '', instance: '' }));
    expect(bodies[0]).toMatchObject({ status: 410 });
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[2]).toEqual(bodies[0]);
  });

  it('keep the token out of the database and tell of the archive in the audit log', async () => {
    const { url } = await ask({ generationIds: [await makeFile('Segredo', Buffer.from('x'))] });
    const token = url.slice(url.lastIndexOf('/') + 1);
    const [found] = await grounds.api.sql<{ found: boolean }>(
      `select exists (select from download_links l where l::text like '%' || $1 || '%') as found`,
      [token],
    );
    expect(found).toEqual({ found: false });
    const lines = await grounds.api.sql<{ after: object }>(
      `select after from audit_logs where action = 'generations.download' order by created_at desc limit 1`,
    );
    expect(lines).toEqual([{ after: { fileCount: 1, bytes: 1 } }]);
  });

  it.each([
    ['nothing at all', {}, 'request.invalid'],
    ['both files and a project', { generationIds: [randomUUID()], projectId: randomUUID() }, 'request.invalid'],
    ['files of nobody', { generationIds: [randomUUID()] }, 'studio.download_empty'],
    ['a project of nobody', { projectId: randomUUID() }, 'request.invalid'],
  ])('refuse %s by name', async (_what, body, code) => {
    const answer = await grounds.send('POST', '/downloads', body);
    expect([answer.status, answer.body['code']]).toEqual([422, code]);
  });

  it('refuse more than an archive holds, and say how much that is', async () => {
    const huge = await makeFile('Enorme', Buffer.from('x'));
    await grounds.api.sql('update generations set bytes = $2 where id = $1', [huge, '30000000000']);
    const answer = await grounds.send('POST', '/downloads', { generationIds: [huge] });
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({ code: 'studio.download_too_large', maxFiles: 1000, maxBytes: 20 * 1024 ** 3 }),
    ]);
  });

  it('close the file they were at when the browser goes away', async () => {
    const generationIds = [await makeFile('Longo', randomBytes(8_000_000)), await makeFile('Outro', Buffer.from('x'))];
    const { url } = await ask({ generationIds });
    const { storage } = grounds;
    const opened: ReturnType<FileStorage['read']>[] = [];
    const read = storage.read.bind(storage);
    storage.read = (path) => {
      const stream = read(path);
      opened.push(stream);
      return stream;
    };
    try {
      const token = url.slice(url.lastIndexOf('/') + 1);
      const { body } = await grounds.api.app.get(DownloadsService, { strict: false }).open(token);
      for await (const _chunk of body) break;
      for (let attempt = 0; attempt < 200 && !opened[0]?.destroyed; attempt++) await sleep(20);
      expect(opened.map((stream) => stream.destroyed)).toEqual([true]);
    } finally {
      storage.read = read;
    }
  });

  it('break off, rather than end well, when a file is missing', async () => {
    const missing = await makeFile('Sumiu', Buffer.from('x'));
    const [row] = await grounds.api.sql<{ path: string }>(
      'select storage_path as path from generations where id = $1',
      [missing],
    );
    await grounds.storage.delete(row?.path ?? '');
    const { url } = await ask({ generationIds: [missing] });
    const token = url.slice(url.lastIndexOf('/') + 1);
    const { body } = await grounds.api.app.get(DownloadsService, { strict: false }).open(token);
    await expect(body.toArray()).rejects.toThrow();
  });
});
