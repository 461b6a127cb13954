import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FakeSupabaseStorage } from '#core/storage/testing';
import { FakeS3 } from '#core/testing';
import { MEMORY_ENVIRONMENT, NODE_FLAGS } from '../apps/platform/src/service.js';
import type { Transfer } from './storage/store-output.main.js';
import { missed, print, printTable, whole } from './support/print.js';
import { within } from './support/scope.js';

export const description = 'How much memory a large output takes on its way from the provider into storage';

const MEGABYTE = 1024 ** 2;
const OUTPUT_MB = 200;
const MAX_GROWTH_MB = 32;

/** Fetched, checked, hashed and stored in a process of its own, with the flags of a worker, which does nothing else. */
export function run(): Promise<void> {
  return within(async (cleanup) => {
    const server = createServer((_, response) => void sendSound(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanup.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const directory = await mkdtemp(join(tmpdir(), 'base-bench-storage-'));
    cleanup.defer(() => rm(directory, { recursive: true, force: true }));
    const bucket = await FakeS3.start();
    cleanup.defer(() => bucket.stop());
    const supabase = await FakeSupabaseStorage.start();
    cleanup.defer(() => supabase.stop());
    const drivers = {
      'local disk': {},
      'a bucket (S3)': s3Environment(bucket),
      'Supabase Storage': supabaseEnvironment(supabase),
    };
    const rows: (Transfer & { label: string })[] = [];
    for (const [driver, environment] of Object.entries(drivers)) {
      const transfers = await store(url, { DATA_DIR: directory, ...environment });
      for (const [index, transfer] of transfers.entries()) {
        rows.push({ ...transfer, label: `${driver}, ${index === 0 ? 'cold' : 'once more'}` });
      }
    }
    printResults(rows);
  });
}

function s3Environment({ settings }: FakeS3): Record<string, string> {
  return {
    STORAGE_DRIVER: 's3',
    STORAGE_BUCKET: settings.bucket,
    S3_REGION: settings.region,
    S3_ENDPOINT: settings.endpoint,
    S3_FORCE_PATH_STYLE: String(settings.forcePathStyle),
    S3_ACCESS_KEY_ID: settings.accessKeyId,
    S3_SECRET_ACCESS_KEY: settings.secretAccessKey,
  };
}

function supabaseEnvironment({ settings }: FakeSupabaseStorage): Record<string, string> {
  return {
    STORAGE_DRIVER: 'supabase',
    STORAGE_BUCKET: settings.bucket,
    SUPABASE_URL: settings.url,
    SUPABASE_SECRET_KEY: settings.secretKey,
  };
}

async function store(url: string, environment: Record<string, string>): Promise<Transfer[]> {
  const program = fileURLToPath(new URL('./storage/store-output.main.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...NODE_FLAGS, program, url], {
    env: {
      ...MEMORY_ENVIRONMENT,
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: 'postgres://localhost/none',
      APP_SECRET: 'a secret for a bench, long enough to be taken',
      PROVIDER_FILES_ALLOWED_HOSTS: '127.0.0.1',
      ...environment,
    },
  });
  return JSON.parse(stdout) as Transfer[];
}

/** A WAV whose header leaves its length open, as streaming encoders write it; the same bytes again and again. */
async function sendSound(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': OUTPUT_MB * MEGABYTE });
  const piece = Buffer.alloc(MEGABYTE);
  const head = Buffer.alloc(MEGABYTE);
  head.write('RIFF', 0);
  head.writeUInt32LE(0xffff_ffff, 4);
  head.write('WAVEfmt ', 8);
  for (let sent = 0; sent < OUTPUT_MB; sent += 1) {
    if (!response.write(sent === 0 ? head : piece)) await once(response, 'drain');
  }
  response.end();
}

function printResults(rows: (Transfer & { label: string })[]): void {
  print(`${OUTPUT_MB} MB from a provider into storage; memory (RSS, MB)`);
  printTable(
    ['', 'before', 'at most', 'more', 'bar', 'seconds'],
    rows.map(({ label, beforeMb, highestMb, seconds }) => [
      label,
      whole(beforeMb),
      whole(highestMb),
      whole(highestMb - beforeMb),
      whole(MAX_GROWTH_MB),
      seconds.toFixed(1),
    ]),
  );
  for (const { label, beforeMb, highestMb } of rows) {
    const growth = highestMb - beforeMb;
    if (!(growth < MAX_GROWTH_MB)) missed(`${label}: memory grows by ${whole(growth)} MB, the bar is ${MAX_GROWTH_MB}`);
  }
}
