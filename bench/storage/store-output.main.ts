import '../../apps/worker/src/small-heap.js';
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OutputStore } from '#ai';
import { AppConfigModule, loadConfig, runMain } from '#core/config';
import { newId } from '#core/crypto';
import { OutboundModule } from '#core/outbound';
import { StorageModule } from '#core/storage';

const MEGABYTE = 1024 ** 2;
const LOOK_EVERY_MS = 10;

/** What one transfer took. */
export interface Transfer {
  beforeMb: number;
  highestMb: number;
  seconds: number;
}

@Module({
  imports: [AppConfigModule.forRoot(loadConfig()), OutboundModule, StorageModule],
  providers: [OutputStore],
})
class StoringModule {}

/** Stores the file behind the address it is given twice, the first time cold, and writes the two `Transfer`s to stdout. */
runMain(async () => {
  const url = process.argv[2] ?? '';
  const context = await NestFactory.createApplicationContext(StoringModule, { logger: false });
  const outputs = context.get(OutputStore);
  const transfers: Transfer[] = [];
  for (let count = 0; count < 2; count++) transfers.push(await measure(outputs, url));
  process.stdout.write(JSON.stringify(transfers));
  await context.close();
});

async function measure(outputs: OutputStore, url: string): Promise<Transfer> {
  const residentMb = () => process.memoryUsage.rss() / MEGABYTE;
  const beforeMb = residentMb();
  let highestMb = beforeMb;
  const timer = setInterval(() => (highestMb = Math.max(highestMb, residentMb())), LOOK_EVERY_MS);
  const begun = performance.now();
  const job = { id: newId(), organizationId: newId(), type: 'audio' } as const;
  await outputs.put(job, [{ url }], new AbortController().signal);
  clearInterval(timer);
  return { beforeMb, highestMb, seconds: (performance.now() - begun) / 1000 };
}
