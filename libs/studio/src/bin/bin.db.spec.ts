import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type Db } from '#core/db';
import type { FileStorage } from '#core/storage';
import { StudioGrounds } from '../testing/index.js';
import { BinRepository } from './bin.repository.js';
import { BinService } from './bin.service.js';

describe('emptying the bin', () => {
  let grounds: StudioGrounds;
  let storage: FileStorage;
  let db: Db;
  let bin: BinService;
  beforeAll(async () => {
    grounds = await StudioGrounds.start();
    storage = grounds.storage;
    db = createDatabase({ url: grounds.database.workerUrl, max: 1, applicationName: 'bin' });
    bin = new BinService(db, new BinRepository(), storage);
  });
  afterAll(async () => {
    await db.destroy();
    await grounds.stop();
  });

  async function makeDeleted(name: string, days: number): Promise<{ id: string; file: string; small: string }> {
    const storagePath = `${grounds.organizationId}/${name}.png`;
    const small = `${storagePath}.webp`;
    for (const path of [storagePath, small]) await storage.put(path, Buffer.from(name));
    const id = await grounds.makeGeneration({ storagePath });
    await grounds.api.sql(
      `update generations set thumbnail_path = $2, deleted_at = now() - make_interval(days => $3) where id = $1`,
      [id, small, days],
    );
    return { id, file: storagePath, small };
  }
  const exists = (path: string) =>
    storage.stat(path).then(
      () => true,
      () => false,
    );

  it('removes what is there too long, with all of its files, and nothing else', async () => {
    const old = await makeDeleted('old', 31);
    const young = await makeDeleted('young', 29);
    await grounds.send('PUT', `/favorites/${old.id}`);
    expect(await bin.empty()).toBe(1);
    expect(await Promise.all([old.file, old.small, young.file, young.small].map(exists))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    const left = await grounds.api.sql<{ id: string }>('select id from generations');
    expect(left.map(({ id }) => id)).toEqual([young.id]);
    expect(await bin.empty()).toBe(0);
  });

  it('goes on where a crash left it: with the files gone, the row goes too', async () => {
    const { id } = await makeDeleted('half', 40);
    await storage.delete(`${grounds.organizationId}/half.png`);
    expect(await bin.empty()).toBe(1);
    expect(await grounds.api.sql('select 1 from generations where id = $1', [id])).toEqual([]);
  });

  it('forgets spent links to downloads', async () => {
    await grounds.send('POST', '/downloads', { generationIds: [await grounds.makeGeneration()] });
    await grounds.api.sql(`update download_links set expires_at = now() - interval '2 days'`);
    await bin.empty();
    expect(await grounds.api.sql('select 1 from download_links')).toEqual([]);
  });
});
