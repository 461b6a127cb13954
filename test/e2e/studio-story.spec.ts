import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import {
  addFavorite,
  createApiKey,
  createBaseClient,
  createDownload,
  createProject,
  createShareLink,
  deleteGenerations,
  enhancePrompt,
  getProject,
  getSharedPage,
  listGenerations,
  type ListGenerationsData,
  listProjects,
  listTemplates,
  moveGenerations,
  type ProjectDto,
  restoreGenerations,
  revokeShareLink,
  type ShareLinkDto,
} from '#sdk';
import { type Agency, createAgency, runJob } from '../support/agency.js';
import { Stack } from '../support/stack.js';

/** What a creator does in an afternoon, through the SDK, on the whole platform. Each step goes on where the last ended. */
describe('a creator’s afternoon', () => {
  let stack: Stack;
  let agency: Agency;
  let project: ProjectDto;
  let link: ShareLinkDto;
  /** The files made, in order. */
  const files: string[] = [];

  beforeAll(async () => {
    stack = await Stack.start({ backend: 'postgres' });
    agency = await createAgency(stack, 1000);
  });
  afterAll(() => stack.stop());

  const gallery = async (query: ListGenerationsData['query'] = {}) => {
    const { data } = await listGenerations({ client: agency.owner, query, throwOnError: true });
    return data.data;
  };
  const ids = async (query: ListGenerationsData['query'] = {}) => (await gallery(query)).map(({ id }) => id);

  it('begins with a template, a fuller prompt and a project', async () => {
    const { data: templates } = await listTemplates({ client: agency.owner, throwOnError: true });
    const template = templates.data.find(({ id }) => id === 'product-studio');
    const { data: suggestion } = await enhancePrompt({
      client: agency.owner,
      body: { prompt: template?.prompt['pt-BR'] ?? '' },
      throwOnError: true,
    });
    expect(suggestion).toMatchObject({ original: template?.prompt['pt-BR'], source: 'sandbox' });
    ({ data: project } = await createProject({ client: agency.owner, body: { name: 'Verão' }, throwOnError: true }));
  });

  it('makes a picture in the project and a sound outside of it, and finds both in the gallery', async () => {
    const picture = await runJob(agency.owner, {
      model: 'sandbox/image',
      input: { prompt: 'Raposas na neve, aquarela' },
      projectId: project.id,
    });
    const sound = await runJob(agency.owner, { model: 'sandbox/audio', input: { text: 'Um farol distante' } });
    files.push(...[picture, sound].map(({ job }) => job.outputs[0]?.id ?? ''));
    const shown = await gallery();
    expect(shown.map(({ id }) => id)).toEqual([...files].reverse());
    expect(shown[1]).toMatchObject({
      type: 'image',
      prompt: 'Raposas na neve, aquarela',
      creditsCharged: picture.job.credits.charged,
      project: { id: project.id, name: 'Verão' },
      member: { name: 'Pessoa de Teste' },
    });
    expect((await fetch(shown[1]?.url ?? '')).headers.get('content-type')).toBe('image/png');
  });

  it('marks a favourite, and searches in Portuguese', async () => {
    await addFavorite({ client: agency.owner, path: { generationId: files[0] ?? '' }, throwOnError: true });
    expect(await ids({ favorite: true })).toEqual([files[0]]);
    expect(await ids({ q: 'raposa' })).toEqual([files[0]]);
    expect(await ids({ q: 'farol', type: 'audio' })).toEqual([files[1]]);
    expect(await ids({ q: 'farol', type: 'video' })).toEqual([]);
  });

  it('moves what belongs together into the project, whose card counts it', async () => {
    const body = { generationIds: files, projectId: project.id };
    const { data } = await moveGenerations({ client: agency.owner, body, throwOnError: true });
    expect(data.changed).toEqual([files[1]]);
    const { data: card } = await getProject({
      client: agency.owner,
      path: { projectId: project.id },
      throwOnError: true,
    });
    expect(card).toMatchObject({ generationCount: 2, cover: { generationId: files[0], isChosen: false } });
  });

  it('shares it with somebody who is signed out, who sees files and no prompts', async () => {
    ({ data: link } = await createShareLink({
      client: agency.owner,
      body: { generationIds: files, title: 'Propostas' },
      throwOnError: true,
    }));
    const stranger = createBaseClient({ baseUrl: stack.url });
    const { data: page } = await getSharedPage({ client: stranger, path: { token: link.token }, throwOnError: true });
    expect(page.files.map(({ type, prompt }) => [type, prompt])).toEqual([
      ['image', null],
      ['audio', null],
    ]);
    const part = await fetch(page.files[1]?.url ?? '', { headers: { range: 'bytes=0-99' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 100]);
  });

  it('revokes the link: the page and its files are gone at once', async () => {
    const stranger = createBaseClient({ baseUrl: stack.url });
    const path = { token: link.token };
    const { data: page } = await getSharedPage({ client: stranger, path, throwOnError: true });
    await revokeShareLink({ client: agency.owner, path: { shareLinkId: link.id }, throwOnError: true });
    await expect(getSharedPage({ client: stranger, path, throwOnError: true })).rejects.toMatchObject({
      status: 404,
      code: 'resource.not_found',
    });
    expect((await fetch(page.files[0]?.url ?? '')).status).toBe(404);
  });

  it('downloads the project as one archive by a link that needs no credentials and works once', async () => {
    const { data: download } = await createDownload({
      client: agency.owner,
      body: { projectId: project.id },
      throwOnError: true,
    });
    expect(download.fileCount).toBe(2);
    const archive = await fetch(download.url);
    const bytes = new Uint8Array(await archive.arrayBuffer());
    expect([archive.status, bytes.length]).toEqual([200, Number(archive.headers.get('content-length'))]);
    const unpacked = unzipSync(bytes);
    expect(Object.keys(unpacked).sort()).toEqual([
      expect.stringMatching(/^verao\/.*-audio-um-farol-distante\.mp3$/),
      expect.stringMatching(/^verao\/.*-image-raposas-na-neve-aquarela\.png$/),
    ]);
    expect(Object.values(unpacked).reduce((sum, file) => sum + file.length, 0)).toBe(download.bytes);
    expect((await fetch(download.url)).status).toBe(410);
  });

  it('deletes a file, and takes it back out of the bin', async () => {
    const body = { generationIds: files.slice(0, 1) };
    await deleteGenerations({ client: agency.owner, body, throwOnError: true });
    expect(await ids()).toEqual(files.slice(1));
    expect(await ids({ q: 'raposa' })).toEqual([]);
    expect(await ids({ deleted: true })).toEqual(files.slice(0, 1));
    const { data } = await restoreGenerations({ client: agency.owner, body, throwOnError: true });
    expect(data.changed).toEqual(files.slice(0, 1));
    expect(await ids({ favorite: true })).toEqual(files.slice(0, 1));
  });

  it('gives a program a key that reads and no more', async () => {
    const { data: key } = await createApiKey({
      client: agency.owner,
      path: { organizationId: agency.organizationId },
      body: { name: 'reader', mode: 'live', scopes: ['studio:read'] },
      throwOnError: true,
    });
    const program = createBaseClient({ baseUrl: stack.url, token: key.key });
    const { data: projects } = await listProjects({ client: program, throwOnError: true });
    expect(projects.data.map(({ name }) => name)).toEqual(['Verão']);
    const { data: page } = await listGenerations({
      client: program,
      query: { projectId: project.id },
      throwOnError: true,
    });
    expect(page.data.map(({ isFavorite }) => isFavorite)).toEqual([false, false]);
    const body = { generationIds: files };
    await expect(deleteGenerations({ client: program, body, throwOnError: true })).rejects.toMatchObject({
      status: 403,
    });
  });
});
