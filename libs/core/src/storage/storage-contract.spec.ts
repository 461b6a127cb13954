import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppConfig } from '#core/config';
import type { FileStorage } from './file-storage.js';
import { LocalStorage } from './local-storage.js';
import { S3Storage } from './s3-storage.js';
import { SupabaseStorage } from './supabase-storage.js';
import { FakeS3 } from '#core/testing';
import { FakeSupabaseStorage } from './testing/fake-supabase-storage.js';

interface Ground {
  storage: FileStorage;
  /** The same storage with a wrong key; undefined: it has none. */
  stranger?: FileStorage;
  /** Whether it has no room; undefined: another spec fills it. */
  fill?: (full: boolean) => void;
  stop(): Promise<void>;
}

const GROUNDS: [string, () => Promise<Ground>][] = [
  [
    'local',
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'base-storage-'));
      const storage = new LocalStorage({ storage: { directory } } as AppConfig);
      return { storage, stop: () => rm(directory, { recursive: true, force: true }) };
    },
  ],
  [
    's3',
    async () => {
      const server = await FakeS3.start();
      const storage = new S3Storage(server.settings);
      const stranger = new S3Storage({ ...server.settings, secretAccessKey: 'another' });
      return {
        storage,
        stranger,
        fill: (full) => (server.full = full),
        stop: async () => {
          expect(server.openUploads).toBe(0);
          await server.stop();
        },
      };
    },
  ],
  [
    'supabase',
    async () => {
      const server = await FakeSupabaseStorage.start();
      const storage = new SupabaseStorage(server.settings);
      const stranger = new SupabaseStorage({ ...server.settings, secretKey: 'another' });
      return { storage, stranger, fill: (full) => (server.full = full), stop: () => server.stop() };
    },
  ],
];

const missing = expect.objectContaining({ code: 'resource.not_found' }) as unknown;
/** Longer than one part or chunk of any of them, and no multiple of one. */
const LARGE_BYTES = 14 * 1024 ** 2 + 77;

describe.each(GROUNDS)('files in %s storage', (_name, start) => {
  let ground: Ground;
  let storage: FileStorage;
  beforeAll(async () => {
    ground = await start();
    storage = ground.storage;
  });
  afterAll(() => ground.stop());

  const pieces = (content: Buffer) =>
    Readable.from(
      (function* () {
        for (let at = 0; at < content.length; at += 50_000) yield content.subarray(at, at + 50_000);
      })(),
      { objectMode: false },
    );

  it('prove that they can be used', async () => {
    await expect(storage.check()).resolves.not.toThrow();
  });

  it.each([
    ['empty', 0],
    ['small', 1000],
    ['as long as a chunk', 6 * 1024 ** 2],
    ['large', LARGE_BYTES],
  ])('are streamed in and out: %s', async (name, size) => {
    const content = randomBytes(size);
    const path = `org/jobs/${name}/à b.bin`;
    const stored = await storage.put(path, pieces(content));
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(stored).toEqual({ path, bytes: BigInt(size), sha256 });
    expect((await storage.stat(path)).bytes).toBe(size);
    expect((await buffer(storage.read(path))).equals(content)).toBe(true);
  });

  it('are read in parts', async () => {
    await storage.put('org/part.bin', Buffer.from('0123456789'));
    expect((await buffer(storage.read('org/part.bin', { start: 2, end: 5 }))).toString()).toBe('234');
    expect((await buffer(storage.read('org/part.bin', { start: 9, end: 10 }))).toString()).toBe('9');
  });

  it('are replaced when they are written again', async () => {
    await storage.put('org/again.txt', Buffer.from('first'));
    await storage.put('org/again.txt', Buffer.from('second'));
    expect((await buffer(storage.read('org/again.txt'))).toString()).toBe('second');
  });

  it.each([
    ['small', 1000],
    ['large', LARGE_BYTES],
  ])('never show a %s part of what broke off, was too long or was given up', async (name, size) => {
    const broken = Readable.from(
      (function* () {
        yield randomBytes(size);
        throw new Error('the line broke');
      })(),
      { objectMode: false },
    );
    await expect(storage.put(`org/${name}-1.bin`, broken)).rejects.toThrow('the line broke');
    await expect(
      storage.put(`org/${name}-2.bin`, pieces(randomBytes(size)), { maxBytes: size - 1 }),
    ).rejects.toMatchObject({ code: 'storage.file_too_large' });
    await expect(
      storage.put(`org/${name}-3.bin`, pieces(randomBytes(size)), { signal: AbortSignal.abort() }),
    ).rejects.toThrow();
    for (const number of [1, 2, 3]) await expect(storage.stat(`org/${name}-${number}.bin`)).rejects.toEqual(missing);
  });

  it('that are not there are not found', async () => {
    await expect(storage.stat('org/none.bin')).rejects.toEqual(missing);
    await expect(buffer(storage.read('org/none.bin'))).rejects.toThrow();
  });

  it('are deleted, also when they are not there', async () => {
    await storage.put('org/gone.txt', Buffer.from('x'));
    await storage.delete('org/gone.txt');
    await storage.delete('org/gone.txt');
    await expect(storage.stat('org/gone.txt')).rejects.toEqual(missing);
  });

  it.each(['../outside.txt', 'org/../../outside.txt', 'org/\0.txt', ''])('never leave their root: %j', async (path) => {
    await expect(storage.put(path, Buffer.from('x'))).rejects.toEqual(missing);
    await expect(storage.stat(path)).rejects.toEqual(missing);
  });

  it('have links of their own that serve parts and names, unless the API serves them', async () => {
    await storage.put('org/link é.txt', Buffer.from('0123456789'));
    const link = await storage.link('org/link é.txt', { validSeconds: 60, download: 'relatório.txt' });
    if (link === undefined) return;
    const answer = await fetch(link, { headers: { range: 'bytes=3-5' } });
    expect([answer.status, await answer.text()]).toEqual([206, '345']);
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''relat%C3%B3rio.txt");
    expect((await fetch(link.replace(/(Signature|token)=[^&]{4}/, '$1=aaaa'))).ok).toBe(false);
  });

  it('find no room when there is none, and some when there is again', async () => {
    if (!ground.fill) return;
    ground.fill(true);
    await expect(storage.put('org/room.txt', Buffer.from('x'))).rejects.toMatchObject({ code: 'storage.full' });
    ground.fill(false);
    await storage.put('org/room.txt', Buffer.from('x'));
    expect((await storage.stat('org/room.txt')).bytes).toBe(1);
  });

  it('are closed to whoever has another key', async () => {
    const { stranger } = ground;
    if (!stranger) return;
    await expect(stranger.put('org/theirs.txt', Buffer.from('x'))).rejects.toThrow();
    await expect(stranger.check()).rejects.toThrow();
    await expect(storage.stat('org/theirs.txt')).rejects.toEqual(missing);
  });
});
