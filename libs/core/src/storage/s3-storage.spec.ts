import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeS3 } from '#core/testing';
import { S3Storage } from './s3-storage.js';

describe('a bucket that does not answer', () => {
  let server: FakeS3;
  let storage: S3Storage;
  beforeAll(async () => {
    server = await FakeS3.start();
    storage = new S3Storage(server.settings, 200);
  });
  afterAll(() => server.stop());

  it.each([1000, 7 * 1024 ** 2])('is asked again, and nothing of the file is lost: %i bytes', async (size) => {
    const content = randomBytes(size);
    server.silentRequests = 1;
    await storage.put('org/silent.bin', content);
    server.silentRequests = 1;
    expect((await buffer(storage.read('org/silent.bin'))).equals(content)).toBe(true);
    expect(server.silentRequests).toBe(0);
  });

  it('is not taken for silent when it is the reader who rests', async () => {
    const content = randomBytes(7 * 1024 ** 2);
    await storage.put('org/slow.bin', content);
    const read: Buffer[] = [];
    for await (const chunk of storage.read('org/slow.bin') as AsyncIterable<Buffer>) {
      if (read.length === 0) await new Promise((resolve) => setTimeout(resolve, 600));
      read.push(chunk);
    }
    expect(Buffer.concat(read).equals(content)).toBe(true);
  });
});
