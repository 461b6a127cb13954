import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppConfig } from '#core/config';
import { LocalStorage } from './local-storage.js';

describe('local storage', () => {
  let root: string;
  let storage: LocalStorage;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'base-storage-'));
    storage = new LocalStorage({ storage: { directory: root } } as AppConfig);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const everything = async (): Promise<string[]> =>
    (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  it('streams a file in and says its size and checksum', async () => {
    const parts = ['one ', 'two ', 'three'].map((text) => Buffer.from(text));
    const stored = await storage.put('org/jobs/a/0.txt', Readable.from(parts));
    const whole = Buffer.concat(parts);
    expect(stored).toEqual({
      path: 'org/jobs/a/0.txt',
      bytes: BigInt(whole.length),
      sha256: createHash('sha256').update(whole).digest('hex'),
    });
    expect(await readFile(join(root, 'org/jobs/a/0.txt'))).toEqual(whole);
    expect(await storage.stat('org/jobs/a/0.txt')).toMatchObject({ bytes: whole.length });
  });

  it('replaces a file that is written again, and leaves no parts behind', async () => {
    await storage.put('org/0.txt', Buffer.from('first'));
    await storage.put('org/0.txt', Buffer.from('second'));
    expect(await readFile(join(root, 'org/0.txt'), 'utf8')).toBe('second');
    expect(await everything()).toEqual(['0.txt']);
  });

  it('shows nothing of a file that broke off, was too large or was given up', async () => {
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('half');
        throw new Error('the line broke');
      })(),
    );
    await expect(storage.put('org/1.bin', broken)).rejects.toThrow('the line broke');
    await expect(storage.put('org/2.bin', Buffer.alloc(11), { maxBytes: 10 })).rejects.toMatchObject({
      code: 'storage.file_too_large',
    });
    await expect(storage.put('org/3.bin', Buffer.alloc(10), { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(await everything()).toEqual([]);
    await expect(storage.stat('org/1.bin')).rejects.toMatchObject({ code: 'resource.not_found' });
  });

  it('keeps the earlier file when its replacement breaks off', async () => {
    await storage.put('org/0.txt', Buffer.from('first'));
    await expect(storage.put('org/0.txt', Buffer.alloc(11), { maxBytes: 10 })).rejects.toThrow();
    expect(await readFile(join(root, 'org/0.txt'), 'utf8')).toBe('first');
  });

  it.each(['../outside.txt', 'org/../../outside.txt', '/etc/passwd/../../..', 'org/\0.txt', ''])(
    'never leaves its root: %j',
    async (path) => {
      await expect(storage.put(path, Buffer.from('x'))).rejects.toMatchObject({ code: 'resource.not_found' });
      await expect(storage.stat(path)).rejects.toMatchObject({ code: 'resource.not_found' });
    },
  );

  it('deletes, also what is not there', async () => {
    await storage.put('org/0.txt', Buffer.from('x'));
    await storage.delete('org/0.txt');
    await storage.delete('org/0.txt');
    expect(await everything()).toEqual([]);
  });

  // A limit of the process (setrlimit(2), RLIMIT_FSIZE) stops a write in the middle of a file, as a full disk does.
  it('says that it is full when a write finds no room, shows nothing of the file, and takes one that fits', async () => {
    const program = `
      const { LocalStorage } = await import('./libs/core/src/storage/local-storage.ts');
      const storage = new LocalStorage({ storage: { directory: ${JSON.stringify(root)} } });
      const code = await storage.put('org/large.bin', Buffer.alloc(2_000_000)).catch((error) => error.code);
      await storage.put('org/small.bin', Buffer.from('fits'));
      process.stdout.write(code);`;
    const register = './libs/core/src/testing/register-typescript.js';
    const { stdout } = await promisify(execFile)('sh', [
      ...['-c', 'ulimit -f 1000; exec "$0" "$@"', process.execPath],
      ...['--import', register, '--input-type=module', '--eval', program],
    ]);
    expect(stdout).toBe('storage.full');
    expect(await everything()).toEqual(['small.bin']);
  });
});
