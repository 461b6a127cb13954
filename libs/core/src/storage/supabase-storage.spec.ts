import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SupabaseStorage } from './supabase-storage.js';
import { FakeSupabaseStorage, type SupabaseFault } from './testing/index.js';

/** Only where silence is played: on a busy machine any answer may take so long. */
const QUICK = { silenceMs: 1000, writeRetriesAfterMs: [1, 1], readRetriesAfterMs: [1, 1] };
const PASSING: SupabaseFault[] = ['unavailable', 'database_timeout', 'silent'];
/** At once, and by the resumable protocol. */
const SIZES = [1000, 7 * 1024 ** 2] as const;

describe('Supabase Storage in trouble', () => {
  let server: FakeSupabaseStorage;
  let storage: SupabaseStorage;
  let hasty: SupabaseStorage;
  const facing = (fault: SupabaseFault) => (fault === 'silent' ? hasty : storage);
  beforeAll(async () => {
    server = await FakeSupabaseStorage.start();
    storage = new SupabaseStorage(server.settings, { ...QUICK, silenceMs: 30_000 });
    hasty = new SupabaseStorage(server.settings, QUICK);
  });
  afterEach(() => void server.faults.splice(0));
  afterAll(() => server.stop());

  it.each([...PASSING, 'throttled' as const])('a file is sent again, whole, after %s', async (fault) => {
    for (const size of SIZES) {
      const content = randomBytes(size);
      server.faults.push(fault);
      await facing(fault).put(`org/${fault}-${size}.bin`, content);
      expect(server.objects.get(`org/${fault}-${size}.bin`)?.content.equals(content)).toBe(true);
    }
    expect(server.faults).toEqual([]);
  });

  it.each(PASSING)('a file is read, measured, linked to and deleted after %s', async (fault) => {
    await storage.put('org/there.bin', Buffer.from('there'));
    server.faults.push(fault);
    expect((await buffer(facing(fault).read('org/there.bin'))).toString()).toBe('there');
    server.faults.push(fault);
    expect((await facing(fault).stat('org/there.bin')).bytes).toBe(5);
    server.faults.push(fault);
    expect(await facing(fault).link('org/there.bin', { validSeconds: 60 })).toContain('token=');
    server.faults.push(fault);
    await facing(fault).delete('org/there.bin');
    expect(server.objects.has('org/there.bin')).toBe(false);
  });

  it.each(SIZES)('what stays away is given up after a few tries, and is not called missing: %i bytes', async (size) => {
    const faults = Array<SupabaseFault>(20).fill('database_timeout');
    server.faults.push(...faults);
    await expect(storage.put('org/away.bin', randomBytes(size))).rejects.toThrow();
    await expect(buffer(storage.read('org/away.bin'))).rejects.toThrow('544');
    await expect(storage.stat('org/away.bin')).rejects.not.toMatchObject({ code: 'resource.not_found' });
    expect(server.faults.length).toBeGreaterThan(0);
  });

  it.each(SIZES)('whoever gives up is not kept waiting by a server that says nothing: %i bytes', async (size) => {
    const patient = new SupabaseStorage(server.settings, { ...QUICK, silenceMs: 3_600_000 });
    const given = new AbortController();
    server.faults.push('silent');
    const asked = server.asked.length;
    const put = patient.put('org/given-up.bin', randomBytes(size), { signal: given.signal });
    while (server.asked.length === asked) await new Promise((resolve) => setTimeout(resolve, 5));
    given.abort(new Error('the lease is lost'));
    await expect(put).rejects.toThrow('the lease is lost');
  });
});
