import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { ConfigurationError, loadConfig } from '#core/config';
import { createDatabase, type Db } from '#core/db';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { CiphertextRejected } from './crypto.errors.js';
import { DataKeysRepository } from './data-keys.repository.js';
import { type SecretPlace, SecretsService, type StoredSecret } from './secrets.service.js';

let database: TestDatabase;
let owner: pg.Client;
let api: Db;
let worker: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const options = { max: 5, applicationName: 'secrets-spec' };
  api = createDatabase({ ...options, url: database.apiUrl });
  worker = createDatabase({ ...options, url: database.workerUrl });
});
beforeEach(() => owner.query('truncate public.organization_data_keys cascade'));
afterAll(async () => {
  await Promise.all([api.destroy(), worker.destroy(), owner.end()]);
  await database.drop();
});

const KEYS = { 1: randomBytes(32).toString('base64'), 2: randomBytes(32).toString('base64') };

/** A process with these settings. */
function processWith(env: Record<string, string>, db = api): SecretsService {
  const config = loadConfig({
    DATABASE_URL: database.apiUrl,
    APP_SECRET: 'a root secret for tests, long enough to be one',
    ...env,
  });
  return new SecretsService(db, new DataKeysRepository(), config);
}

async function newOrganization(): Promise<string> {
  const { rows } = await owner.query<{ id: string }>(
    `insert into organizations (name, slug) values ('Estúdio', $1) returning id`,
    [randomUUID()],
  );
  return rows[0]?.id ?? '';
}

async function newPlace(): Promise<SecretPlace> {
  return {
    purpose: 'provider-api-key',
    organizationId: await newOrganization(),
    provider: 'openai',
    rowId: randomUUID(),
  };
}

/** As a row would be read: the secret with its data key. */
async function read({ dataKeyId, ...sealed }: StoredSecret) {
  const { rows } = await owner.query<{ organization_id: string; wrapped_key: Buffer; key_version: string }>(
    'select organization_id, wrapped_key, key_version from organization_data_keys where id = $1',
    [dataKeyId],
  );
  const [row] = rows;
  if (!row) throw new Error('The data key is gone');
  const dataKey = {
    id: dataKeyId,
    organizationId: row.organization_id,
    wrappedKey: row.wrapped_key,
    keyVersion: row.key_version,
  };
  return { ...sealed, dataKey };
}

async function faultOf(work: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof work === 'function' ? work() : work);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('an organization’s secret', () => {
  test('opens in every process with the same keys, and what is stored holds nothing of it', async () => {
    const place = await newPlace();
    const stored = await processWith({}).seal(place, 'sk-ação-1234567890');
    const { rows } = await owner.query<{ text: string }>('select k::text as text from organization_data_keys k');
    expect(JSON.stringify(rows) + stored.ciphertext.toString('latin1')).not.toContain('1234567890');
    expect(processWith({}, worker).open(place, await read(stored))).toBe('sk-ação-1234567890');
  });

  test('opens in its own place only: organization, provider, row and purpose', async () => {
    const secrets = processWith({});
    const place = await newPlace();
    const sealed = await read(await secrets.seal(place, 'sk-1'));
    const moved: SecretPlace[] = [
      { ...place, organizationId: await newOrganization() },
      { ...place, provider: 'replicate' },
      { ...place, rowId: randomUUID() },
      { ...place, purpose: 'webhook-secret' },
    ];
    for (const elsewhere of moved) {
      expect(CiphertextRejected.is(await faultOf(() => secrets.open(elsewhere, sealed)))).toBe(true);
    }
    expect(secrets.open(place, sealed)).toBe('sk-1');
  });

  test('does not open with the data key of another organization, or one that was moved or relabelled', async () => {
    const secrets = processWith({ ENCRYPTION_KEYS: `1:${KEYS[1]},2:${KEYS[1]}` });
    const place = await newPlace();
    const sealed = await read(await secrets.seal(place, 'sk-1'));
    const other = await read(await secrets.seal(await newPlace(), 'sk-2'));
    const swapped = [
      other.dataKey,
      { ...sealed.dataKey, wrappedKey: other.dataKey.wrappedKey },
      { ...sealed.dataKey, organizationId: other.dataKey.organizationId },
      { ...sealed.dataKey, keyVersion: '2' },
    ];
    for (const dataKey of swapped) {
      const fault = await faultOf(() => secrets.open(place, { ...sealed, dataKey }));
      expect(fault).toMatchObject({ code: 'crypto.ciphertext_rejected' });
    }
  });

  test('of many first secrets at once all open: the organization has one data key', async () => {
    const place = await newPlace();
    const processes = [processWith({}), processWith({}, worker)];
    const stored = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const secrets = processes[index % 2] ?? processWith({});
        return { index, secret: await secrets.seal(place, `sk-${index}`) };
      }),
    );
    expect(new Set(stored.map(({ secret }) => secret.dataKeyId)).size).toBe(1);
    for (const { index, secret } of stored) {
      expect(processWith({}).open(place, await read(secret))).toBe(`sk-${index}`);
    }
  });
});

describe('a process that starts', () => {
  test('refuses when a version that is still needed is missing, and names it', async () => {
    await processWith({ ENCRYPTION_KEYS: `1:${KEYS[1]}` }).seal(await newPlace(), 'sk-1');
    const fault = await faultOf(processWith({ ENCRYPTION_KEYS: `2:${KEYS[2]}` }).onModuleInit());
    expect(fault).toBeInstanceOf(ConfigurationError);
    expect(String(fault)).toMatch(/ENCRYPTION_KEYS lacks the version 1: add it back.*protects 1 of/);
    expect(String(fault)).not.toContain(KEYS[1]);
    await processWith({ ENCRYPTION_KEYS: `2:${KEYS[2]},1:${KEYS[1]}` }).onModuleInit();
  });

  test('refuses when a version, or APP_SECRET, is another key than before', async () => {
    await processWith({ ENCRYPTION_KEYS: `1:${KEYS[1]}` }).seal(await newPlace(), 'sk-1');
    await processWith({}).seal(await newPlace(), 'sk-2');
    const fault = await faultOf(
      processWith({
        ENCRYPTION_KEYS: `1:${KEYS[2]}`,
        APP_SECRET: 'another root secret, also long enough',
      }).onModuleInit(),
    );
    expect(String(fault)).toMatch(/another key under the version 1/);
    expect(String(fault)).toMatch(/APP_SECRET is not the one/);
  });

  test('starts on an empty database with any keys', async () => {
    await processWith({ ENCRYPTION_KEYS: `2:${KEYS[2]}` }).onModuleInit();
  });
});
