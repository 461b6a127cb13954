import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createDatabase, type Db } from '#core/db';
import { RateLimitsRepository, RedisTokenStore, type TokenAsk } from '#core/limits';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { whenRedis } from '../support/backends.js';
import { eventually } from '../support/eventually.js';
import { RedisServer } from '../support/redis-server.js';

/** Of few tokens a minute, so that none refills while a run lasts. */
const bucket = fc.record({ name: fc.constantFrom('a', 'b', 'c'), wanted: fc.integer({ min: 1, max: 4 }) });
const runs = fc.array(fc.uniqueArray(bucket, { minLength: 1, selector: ({ name }) => name }), { maxLength: 6 });
const LIMITS = { a: 1, b: 2, c: 3 };

whenRedis('a bucket in Redis and one in PostgreSQL', () => {
  let database: TestDatabase;
  let db: Db;
  let server: RedisServer;
  let redis: RedisTokenStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = createDatabase({ url: database.apiUrl, max: 1, applicationName: 'gcra-spec' });
    server = await RedisServer.start();
    redis = new RedisTokenStore(server.url);
    await eventually(() => redis.take([{ key: 'ready', limit: 1, wanted: 1 }]).catch(() => undefined), 'Redis');
  });
  afterAll(async () => {
    redis.close();
    await server.remove();
    await db.destroy();
    await database.drop();
  });

  it('grant and keep the same, whatever is asked of them', async () => {
    const postgres = new RateLimitsRepository();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(runs, async (steps) => {
        const prefix = `run${++run}:`;
        for (const step of steps) {
          const asks: TokenAsk[] = step.map(({ name, wanted }) => ({
            key: prefix + name,
            limit: LIMITS[name],
            wanted: Math.min(wanted, LIMITS[name]),
          }));
          const told = (grants: { granted: number; remaining: number; retryAfterMs: number }[]) =>
            grants.map(({ granted, remaining, retryAfterMs }) => [granted, remaining, retryAfterMs > 0]);
          expect(told(await redis.take(asks))).toEqual(told(await postgres.take(db, asks)));
        }
      }),
      { numRuns: 60 },
    );
  });
});
