import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputStore } from '#ai';
import { loadConfig } from '#core/config';
import { newId } from '#core/crypto';
import { OutboundFetch } from '#core/outbound';
import { LocalStorage } from '#core/storage';
import { missed, print, whole } from './support/print.js';
import { highestResidentMb, residentMb } from './support/process-usage.js';

export const description = 'How much memory a large output takes on its way from the provider into storage';

const MEGABYTE = 1024 ** 2;
const OUTPUT_MB = 200;
const WARM_UP_MB = 40;
const MAX_GROWTH_MB = 32;

/** A provider's file server and the storing of an output in one process: what is measured is both together. */
export async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'base-bench-storage-'));
  const server = createServer((request, response) => void sendSound(response, Number(request.url?.slice(1))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const config = loadConfig({
    DATABASE_URL: 'postgres://localhost/none',
    APP_SECRET: 'a secret for a bench, long enough to be taken',
    DATA_DIR: directory,
    PROVIDER_FILES_ALLOWED_HOSTS: '127.0.0.1',
  });
  const outputs = new OutputStore(new LocalStorage(config), new OutboundFetch(config), config);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = (megabytes: number) =>
    outputs.put(
      { id: newId(), organizationId: newId(), type: 'audio' },
      [{ url: `${origin}/${megabytes}` }],
      new AbortController().signal,
    );
  try {
    await store(WARM_UP_MB);
    const before = residentMb(process.pid);
    const begun = performance.now();
    const [highest = Number.NaN] = await highestResidentMb([process.pid], () => store(OUTPUT_MB));
    const seconds = (performance.now() - begun) / 1000;
    print(`${OUTPUT_MB} MB fetched, checked, hashed and stored in ${seconds.toFixed(1)} s`);
    print(
      `  memory before ${whole(before)} MB, at most ${whole(highest)} MB: ${whole(highest - before)} MB more (bar: ${MAX_GROWTH_MB})`,
    );
    if (!(highest - before < MAX_GROWTH_MB)) missed(`memory grows by less than ${MAX_GROWTH_MB} MB`);
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A WAV whose header leaves its length open, as streaming encoders write it; the same bytes again and again. */
async function sendSound(response: ServerResponse, megabytes: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': megabytes * MEGABYTE });
  const piece = Buffer.alloc(MEGABYTE);
  const head = Buffer.alloc(MEGABYTE);
  head.write('RIFF', 0);
  head.writeUInt32LE(0xffff_ffff, 4);
  head.write('WAVEfmt ', 8);
  for (let sent = 0; sent < megabytes; sent += 1) {
    if (!response.write(sent === 0 ? head : piece)) await once(response, 'drain');
  }
  response.end();
}
