import { randomBytes, randomUUID } from 'node:crypto';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { AppConfigModule, loadConfig } from '#core/config';
import { newId, SecretsModule, SecretsService } from '#core/crypto';
import { createDatabase, DatabaseModule, type Db } from '#core/db';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { placeOf } from './provider-key.js';
import { ProviderKeyRotationService } from './provider-key-rotation.service.js';
import { ProviderKeysRepository } from './provider-keys.repository.js';

const KEYS = { 1: randomBytes(32).toString('base64'), 2: randomBytes(32).toString('base64') };
const OLD = `1:${KEYS[1]}`;
/** As during a rolling deploy: some processes still encrypt with the old one, all read both. */
const OLD_FIRST = `1:${KEYS[1]},2:${KEYS[2]}`;
const NEW_FIRST = `2:${KEYS[2]},1:${KEYS[1]}`;
const NEW = `2:${KEYS[2]}`;

let database: TestDatabase;
let owner: pg.Client;
let worker: Db;
const repository = new ProviderKeysRepository();
const running: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  worker = createDatabase({ url: database.workerUrl, max: 8, applicationName: 'rotation-spec' });
});
beforeEach(() => owner.query('truncate public.organization_data_keys cascade'));
afterEach(async () => {
  for (const process of running.splice(0)) await process.close();
});
afterAll(async () => {
  await Promise.all([worker.destroy(), owner.end()]);
  await database.drop();
});

@Module({})
class ProcessRoot {}

/** A process of the platform that was started with these key-encryption keys. */
async function startProcess(ENCRYPTION_KEYS: string): Promise<SecretsService> {
  const config = loadConfig({
    ...{ DATABASE_URL: database.workerUrl, DATABASE_POOL_SIZE: '2', ENCRYPTION_KEYS },
    APP_SECRET: 'a root secret for tests, long enough to be one',
  });
  const imports = [AppConfigModule.forRoot(config), DatabaseModule.forRoot('rotation-spec'), SecretsModule];
  const app = await NestFactory.createApplicationContext(
    { module: ProcessRoot, imports },
    { logger: false, abortOnError: false },
  );
  running.push(app);
  return app.get(SecretsService);
}

const rotate = (secrets: SecretsService) =>
  new ProviderKeyRotationService(worker, repository, secrets).run(new AbortController().signal);

async function newOrganization(): Promise<string> {
  const id = newId();
  await owner.query(`insert into organizations (id, name, slug) values ($1, 'Estúdio', $2)`, [id, randomUUID()]);
  return id;
}

async function save(secrets: SecretsService, organizationId: string, secret: string): Promise<string> {
  const id = newId();
  const sealed = await secrets.seal(placeOf({ id, organizationId, provider: 'openai' }), secret);
  await worker.transaction().execute((trx) =>
    repository.insert(trx, {
      ...{
        id,
        organizationId,
        provider: 'openai',
        name: id,
        masked: '…',
        createdBy: null,
        maxConcurrent: null,
        secret: sealed,
      },
    }),
  );
  return id;
}

async function read(secrets: SecretsService, organizationId: string, id: string): Promise<string> {
  const sealed = await repository.findById(worker, organizationId, 'openai', id);
  if (!sealed) throw new Error('The key is gone');
  return secrets.open(placeOf(sealed), sealed);
}

test('rotating under traffic: every read and every write succeeds, and then the old version can be dropped', async () => {
  const before = await startProcess(OLD);
  const kept = new Map<string, { organizationId: string; secret: string }>();
  const organizations = await Promise.all(Array.from({ length: 130 }, newOrganization));
  for (const organizationId of organizations) {
    const secret = `sk-${randomUUID()}`;
    kept.set(await save(before, organizationId, secret), { organizationId, secret });
  }

  const processes = [await startProcess(OLD_FIRST), await startProcess(NEW_FIRST)];
  const stop = new AbortController();
  let reads = 0;
  const failures: unknown[] = [];
  const traffic = processes.flatMap((secrets) => [
    (async () => {
      while (!stop.signal.aborted) {
        for (const [id, { organizationId, secret }] of [...kept]) {
          const found = await read(secrets, organizationId, id).catch((error: unknown) => failures.push(error));
          if (found !== secret) failures.push(`${id} opened as another secret`);
          reads += 1;
        }
      }
    })(),
    (async () => {
      for (let turn = 0; !stop.signal.aborted; turn += 1) {
        const organizationId = organizations[turn % organizations.length] ?? '';
        const secret = `sk-${randomUUID()}`;
        await save(secrets, organizationId, secret).then(
          (id) => kept.set(id, { organizationId, secret }),
          (error: unknown) => failures.push(error),
        );
        const [replaced] = [...kept.keys()].slice(turn % kept.size);
        const place = replaced && kept.get(replaced);
        if (!replaced || !place) continue;
        // A replaced secret loses nobody's read: what was read before the change opens as what it was.
        const sealed = await secrets.seal(
          placeOf({ id: replaced, organizationId: place.organizationId, provider: 'openai' }),
          place.secret,
        );
        await worker
          .transaction()
          .execute((trx) =>
            repository.replaceSecret(trx, place.organizationId, replaced, { secret: sealed, masked: '…' }),
          )
          .catch((error: unknown) => failures.push(error));
      }
    })(),
  ]);

  const rotator = await startProcess(NEW_FIRST);
  const report = await rotate(rotator);
  stop.abort();
  await Promise.all(traffic);
  expect(failures).toEqual([]);
  expect(reads).toBeGreaterThan(0);
  expect(report).toMatchObject({ dataKeys: organizations.length, failed: 0 });
  expect(report.resealed).toBeGreaterThan(0);

  // Whoever encrypted with a data key while it was retired is found by the next pass.
  await rotate(rotator);
  expect(await rotate(rotator)).toEqual({ dataKeys: 0, resealed: 0, failed: 0 });
  const after = await startProcess(NEW);
  for (const [id, { organizationId, secret }] of kept) expect(await read(after, organizationId, id)).toBe(secret);
});

test('the old version is needed until the rotation is through, and a start without it says so', async () => {
  const organizationId = await newOrganization();
  await save(await startProcess(OLD), organizationId, 'sk-1');
  await expect(startProcess(NEW)).rejects.toThrow(/ENCRYPTION_KEYS lacks the version 1/);
  await rotate(await startProcess(NEW_FIRST));
  await startProcess(NEW);
});

test('a first configured key takes over from the one derived from APP_SECRET', async () => {
  const organizationId = await newOrganization();
  const id = await save(await startProcess(''), organizationId, 'sk-1');
  const process = await startProcess(NEW);
  expect(await read(process, organizationId, id)).toBe('sk-1');
  expect(await rotate(process)).toMatchObject({ dataKeys: 1, resealed: 1 });
  expect(await process.versionsInUse()).toEqual(['2']);
});

test('a secret that does not decrypt is told and left alone, and keeps its version needed; the others are rotated', async () => {
  const organizationId = await newOrganization();
  const old = await startProcess(OLD);
  const broken = await save(old, organizationId, 'sk-1');
  const sound = await save(old, organizationId, 'sk-2');
  await owner.query(
    'update provider_api_keys set ciphertext = set_byte(ciphertext, 0, get_byte(ciphertext, 0) # 1) where id = $1',
    [broken],
  );
  const process = await startProcess(NEW_FIRST);
  expect(await rotate(process)).toEqual({ dataKeys: 1, resealed: 1, failed: 1 });
  expect(await read(process, organizationId, sound)).toBe('sk-2');
  expect((await process.versionsInUse()).sort()).toEqual(['1', '2']);
});

test('data keys that encrypt nothing any more are deleted, those in use never', async () => {
  const organizationId = await newOrganization();
  const id = await save(await startProcess(OLD), organizationId, 'sk-1');
  const process = await startProcess(NEW_FIRST);
  await process.replaceOutdatedDataKeys(10);
  expect(await process.dropRetiredDataKeys(0, 10)).toBe(0);
  await rotate(process);
  expect(await process.dropRetiredDataKeys(0, 10)).toBe(1);
  expect(await read(process, organizationId, id)).toBe('sk-1');
});
