import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queues } from '#core/queue';
import { FakeSupabaseStorage } from '#core/storage/testing';
import { FakeS3 } from '#core/testing';
import { createDownload, createJob, deleteGenerations, getHealth, type JobOutputDto } from '#sdk';
import { type Agency, createAgency, followToEnd, ledgerFaults } from '../support/agency.js';
import { eventually } from '../support/eventually.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

interface RemoteStorage {
  objects: ReadonlyMap<string, { content: Buffer }>;
  environment: Record<string, string>;
  stop(): Promise<void>;
}

const REMOTES: [string, () => Promise<RemoteStorage>][] = [
  [
    's3',
    async () => {
      const server = await FakeS3.start();
      const { bucket, region, endpoint, accessKeyId, secretAccessKey } = server.settings;
      const environment = {
        STORAGE_DRIVER: 's3',
        STORAGE_BUCKET: bucket,
        S3_REGION: region,
        S3_ENDPOINT: endpoint,
        S3_FORCE_PATH_STYLE: 'true',
        S3_ACCESS_KEY_ID: accessKeyId,
        S3_SECRET_ACCESS_KEY: secretAccessKey,
      };
      return { objects: server.objects, environment, stop: () => server.stop() };
    },
  ],
  [
    'supabase',
    async () => {
      const server = await FakeSupabaseStorage.start();
      const { url, secretKey, bucket } = server.settings;
      const environment = {
        STORAGE_DRIVER: 'supabase',
        STORAGE_BUCKET: bucket,
        SUPABASE_URL: url,
        SUPABASE_SECRET_KEY: secretKey,
      };
      return { objects: server.objects, environment, stop: () => server.stop() };
    },
  ],
];

/** The whole platform with its files elsewhere: nothing of them is on the disk of API or worker. */
describe.each(REMOTES)('files in %s, from the generation to the end of their time in the bin', (_name, start) => {
  let remote: RemoteStorage;
  let stack: Stack;
  let agency: Agency;
  let outputs: JobOutputDto[];

  beforeAll(async () => {
    remote = await start();
    stack = await Stack.start({ backend: 'postgres', environment: remote.environment });
    agency = await createAgency(stack, 1000);
  });
  afterAll(async () => {
    expect(await ledgerFaults(stack)).toEqual([]);
    await stack.stop();
    await remote.stop();
  });

  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const fetched = async (url: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(url, { headers });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  it('a generation puts them there, and its signed links lead to them', async () => {
    expect((await getHealth({ client: agency.client, throwOnError: true })).data.checks.storage.status).toBe('up');
    const body = { model: 'sandbox/image', input: { prompt: 'Um farol', n: 2 } };
    const { data } = await createJob({ client: agency.client, body, throwOnError: true });
    const { job } = await followToEnd(agency.client, data.id);
    expect(job).toMatchObject({ status: 'succeeded', outputs: [{}, {}] });
    ({ outputs } = job);
    for (const { url, sha256: checksum } of outputs) {
      const whole = await fetched(url);
      expect([whole.status, sha256(whole.bytes)]).toEqual([200, checksum]);
      const part = await fetched(url, { range: 'bytes=1-3' });
      expect([part.status, part.bytes.toString()]).toEqual([206, 'PNG']);
    }
    const stored = [...remote.objects.values()].map(({ content }) => sha256(content));
    expect(stored).toEqual(expect.arrayContaining(outputs.map((output) => output.sha256)));
  });

  it('an archive of them is streamed from there', async () => {
    const body = { generationIds: outputs.map(({ id }) => id) };
    const { data } = await createDownload({ client: agency.owner, body, throwOnError: true });
    expect(data).toMatchObject({ fileCount: 2, bytes: outputs.reduce((sum, { bytes }) => sum + bytes, 0) });
    const archive = await fetched(data.url);
    expect([archive.status, archive.bytes.subarray(0, 2).toString()]).toEqual([200, 'PK']);
    for (const output of outputs) {
      const file = await fetched(output.url);
      expect(archive.bytes.includes(file.bytes)).toBe(true);
    }
  });

  it('what is deleted is gone from there, previews included, when its time in the bin is over', async () => {
    const generationIds = outputs.map(({ id }) => id);
    await eventually(
      async () =>
        withSql(stack.database.url, async (query) => {
          const [row] = await query<{ open: number }>(
            'select count(*)::int as open from generations where previewed_at is null',
          );
          return row?.open === 0;
        }),
      'nobody makes previews any more',
    );
    await deleteGenerations({ client: agency.owner, body: { generationIds }, throwOnError: true });
    await withSql(stack.database.url, (query) =>
      query(`update generations set deleted_at = now() - interval '1 year'`),
    );
    await stack.api.get(Queues).queue('maintenance').add('studio.empty-bin', {});
    await eventually(() => Promise.resolve(remote.objects.size === 0), 'the bucket is empty');
    expect((await fetched(outputs[0]?.url ?? '')).status).toBe(404);
  });
});
