import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditLinesRepository, AuditTrail } from '#core/audit';
import { createDatabase, type Db } from '#core/db';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { PlatformOperatorsRepository } from './platform-operators.repository.js';
import { PlatformOperatorsService } from './platform-operators.service.js';
import { type SignedIn, startTestApi, type TestApi } from './testing/index.js';
import { UsersService } from './users.service.js';

let database: TestDatabase;
let api: TestApi;
let ownerDb: Db;
let operators: PlatformOperatorsService;
let person: SignedIn;

const serviceOn = (db: Db) =>
  new PlatformOperatorsService(db, new PlatformOperatorsRepository(), new AuditTrail(new AuditLinesRepository()));
const open = (url: string) => createDatabase({ url, max: 1, applicationName: 'operators-spec' });

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database);
  ownerDb = open(database.url);
  operators = serviceOn(ownerDb);
  person = await api.register();
});
afterAll(async () => {
  await api.close();
  await ownerDb.destroy();
  await database.drop();
});

const verify = () => api.sql('update users set email_verified_at = now() where id = $1', [person.userId]);
const adminStatus = async () => {
  api.app.get(UsersService, { strict: false }).forget(person.userId);
  return (await api.send('GET', '/api/admin/audit', { bearer: person.accessToken })).status;
};
const lines = () =>
  api.sql(
    `select action, actor_type, organization_id from audit_logs
      where target_id = $1 and action like 'operators.%' order by created_at`,
    [person.userId],
  );

describe('platform operators', () => {
  it('are only made of people who proved their address', async () => {
    await expect(operators.add(person.email)).rejects.toThrow(/is not proved/);
    expect(await lines()).toEqual([]);
    await verify();
    expect(await adminStatus()).toBe(403);
    expect(await operators.add(person.email.toUpperCase())).toBe(true);
    expect(await adminStatus()).toBe(200);
    expect(await operators.list()).toMatchObject([{ email: person.email, isOperator: true }]);
  });

  it('stop being one, and each change has one line in the log of the platform', async () => {
    expect(await operators.add(person.email)).toBe(false);
    expect(await operators.remove(person.email)).toBe(true);
    expect(await operators.remove(person.email)).toBe(false);
    expect(await adminStatus()).toBe(403);
    expect(await operators.list()).toEqual([]);
    expect(await lines()).toEqual([
      { action: 'operators.add', actor_type: 'system', organization_id: null },
      { action: 'operators.remove', actor_type: 'system', organization_id: null },
    ]);
  });

  it('are not made of nobody, nor with the login of the API', async () => {
    await expect(operators.add('nobody@example.com')).rejects.toThrow(/There is no account/);
    const apiDb = open(database.apiUrl);
    try {
      await expect(serviceOn(apiDb).add(person.email)).rejects.toThrow(/does not own the tables/);
      await expect(
        apiDb.transaction().execute((trx) => new PlatformOperatorsRepository().set(trx, person.userId, true)),
      ).rejects.toThrow(/permission denied/);
    } finally {
      await apiDb.destroy();
    }
  });
});
