import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { createTestDatabase, formOf, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from './testing/index.js';

interface User {
  name: string;
  locale: string;
  timeZone: string;
  avatarUrl: string | null;
  code?: string;
  detail?: string;
  errors?: { pointer: string }[];
}

let database: TestDatabase;
let api: TestApi;
let directory: string;
let person: SignedIn;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'base-users-'));
  database = await createTestDatabase();
  api = await startTestApi(database, { env: { DATA_DIR: directory } });
  person = await api.register();
});
afterAll(async () => {
  await api.close();
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

const me = async (who = person) =>
  (await api.send<{ user: User }>('GET', '/api/users/me', { bearer: who.accessToken })).body.user;
const change = (body: object) => api.send<User>('PATCH', '/api/users/me', { bearer: person.accessToken, body });

describe('a profile', () => {
  it('is changed by its person: name, language and time zone, each on its own', async () => {
    expect((await change({ name: '  Ana Júlia Prado ' })).body).toMatchObject({ name: 'Ana Júlia Prado' });
    expect((await change({ locale: 'en', timeZone: 'Europe/Lisbon' })).status).toBe(200);
    expect(await me()).toMatchObject({ name: 'Ana Júlia Prado', locale: 'en', timeZone: 'Europe/Lisbon' });
    expect((await change({})).body).toMatchObject({ locale: 'en' });
  });

  it.each([
    [{ name: '' }, '/name'],
    [{ name: 'a\u0007b' }, '/name'],
    [{ name: null }, '/name'],
    [{ locale: 'fr' }, '/locale'],
    [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ timeZone: '+03:00' }, '/timeZone'],
    [{ isOperator: true }, '/isOperator'],
    [{ email: 'other@example.com' }, '/email'],
    [{ emailVerified: true }, '/emailVerified'],
  ])('does not take %j', async (body, pointer) => {
    const answer = await change(body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  });

  it('is closed to API keys', async () => {
    const organizationId = await api.createOrganization(person);
    const key = await api.send<{ key: string }>('POST', `/api/organizations/${organizationId}/api-keys`, {
      bearer: person.accessToken,
      body: { name: 'k', mode: 'live', scopes: ['organization:read'] },
    });
    expect((await api.send('PATCH', '/api/users/me', { apiKey: key.body.key, body: { name: 'x' } })).status).toBe(403);
  });
});

describe('the organization one works in', () => {
  it('is remembered while one belongs to it, and only then', async () => {
    const [worker, stranger] = [await api.register(), await api.register()];
    const organizationId = await api.createOrganization(worker, 'Casa');
    const switchTo = (id: string, who: SignedIn) =>
      api.send<{ role?: string; code?: string }>('PUT', '/api/users/me/organization', {
        bearer: who.accessToken,
        body: { organizationId: id },
      });
    expect((await switchTo(organizationId, worker)).body).toMatchObject({ role: 'owner' });
    expect(await me(worker)).toMatchObject({ lastOrganizationId: organizationId });
    expect((await switchTo(organizationId, stranger)).body.code).toBe('resource.not_found');
    expect(await me(stranger)).toMatchObject({ lastOrganizationId: null });
    await api.send('DELETE', `/api/organizations/${organizationId}`, { bearer: worker.accessToken });
    expect(await me(worker)).toMatchObject({ lastOrganizationId: null });
  });
});

function upload(content: Buffer, { type = 'image/png', field = 'file', as = person } = {}) {
  const form = formOf([{ content, type, field, name: '../../me.png' }]);
  return api.send<User>('PUT', '/api/users/me/avatar', { bearer: as.accessToken, ...form });
}
const picture = (width = 640, height = 480) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 80, b: 40 } } });
const files = async () =>
  existsSync(join(directory, 'files'))
    ? (await readdir(join(directory, 'files'), { recursive: true })).filter((name) => name.endsWith('.webp'))
    : [];

/** A PNG of a few hundred bytes that claims to be huge. */
function bomb(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(4096))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('an avatar', () => {
  it('becomes a square WebP of 256 pixels, upright, without metadata, whatever was sent', async () => {
    const photo = await picture()
      .withExif({ IFD0: { Copyright: 'secret place', Artist: 'Ana' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const answer = await upload(photo, { type: 'text/plain' });
    expect(answer.status).toBe(200);
    expect(answer.body.avatarUrl).toMatch(/^http:\/\/localhost:3001\/api\/files\/avatars\/.*\.webp\?expires=/);
    const [file = ''] = await files();
    const stored = await readFile(join(directory, 'files', file));
    expect(await sharp(stored).metadata()).toMatchObject({ format: 'webp', width: 256, height: 256 });
    expect((await sharp(stored).metadata()).exif).toBeUndefined();
    expect(stored.includes('secret place')).toBe(false);
    expect((await me()).avatarUrl).toBe(answer.body.avatarUrl);
  });

  it('is replaced with a new link and its old file is gone; removing it leaves nothing', async () => {
    const before = (await me()).avatarUrl;
    const answer = await upload(await picture().webp().toBuffer());
    expect(answer.body.avatarUrl).not.toBe(before);
    expect(await files()).toHaveLength(1);
    const removed = await api.send('DELETE', '/api/users/me/avatar', { bearer: person.accessToken });
    expect(removed.status).toBe(204);
    expect(await files()).toEqual([]);
    expect((await me()).avatarUrl).toBeNull();
  });

  it('is told by its content: a page, a script, a GIF or an SVG that calls itself a PNG is refused', async () => {
    const gif = await picture(10, 10).gif().toBuffer();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    for (const content of [Buffer.from('<html></html>'), gif, svg, Buffer.alloc(0)]) {
      const answer = await upload(content);
      expect([answer.status, answer.body.code]).toEqual([415, 'users.avatar_unsupported']);
    }
  });

  it('is refused when it is damaged, or claims more pixels than memory should hold', async () => {
    const whole = await picture().png().toBuffer();
    const damaged = await upload(whole.subarray(0, whole.length / 2));
    expect([damaged.status, damaged.body.code]).toEqual([422, 'users.avatar_unreadable']);
    const huge = await upload(bomb(60_000));
    expect([huge.status, huge.body.code]).toEqual([422, 'users.avatar_unreadable']);
  });

  it('sent bare, under another field or two at a time is refused with what to send', async () => {
    const png = await picture(10, 10).png().toBuffer();
    const bare = await api.send<User>('PUT', '/api/users/me/avatar', {
      bearer: person.accessToken,
      body: png,
      headers: { 'content-type': 'image/png' },
    });
    expect([bare.status, bare.body.detail]).toEqual([415, expect.stringContaining('multipart/form-data')]);
    const misnamed = await upload(png, { field: 'picture' });
    expect([misnamed.status, misnamed.body.code]).toEqual([422, 'request.upload_missing']);
    expect(misnamed.body.detail).toBe('Send the file as the field `file`, not `picture`.');
    const part = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n`;
    const two = await api.send<User>('PUT', '/api/users/me/avatar', {
      bearer: person.accessToken,
      body: Buffer.concat([Buffer.from(part), png, Buffer.from(`\r\n${part}`), png, Buffer.from('\r\n--x--\r\n')]),
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect([two.status, two.body.code, two.body.errors?.[0]?.pointer]).toEqual([422, 'request.invalid', '/file']);
    expect(await files()).toEqual([]);
  });

  it('is refused beyond 5 MB, without a file, and as anything but multipart', async () => {
    const large = await upload(Buffer.concat([await picture().png().toBuffer(), Buffer.alloc(5 * 1024 * 1024)]));
    expect([large.status, large.body.code]).toEqual([413, 'request.upload_too_large']);
    const json = await api.send<User>('PUT', '/api/users/me/avatar', { bearer: person.accessToken, body: {} });
    expect([json.status, json.body.code]).toEqual([422, 'request.upload_missing']);
    const cut = await api.send<User>('PUT', '/api/users/me/avatar', {
      bearer: person.accessToken,
      body: Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nab'),
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect([cut.status, cut.body.code]).toEqual([400, 'request.malformed_body']);
    expect(await files()).toEqual([]);
  });
});
