import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { ProviderRegistry } from '#ai';
import { loadConfig, runMain, untilStopped } from '#core/config';
import { WorkerAppModule } from '../../apps/worker/src/worker.module.js';
import { noopProvider } from './noop.provider.js';

/** The worker as it is, except that the sandbox answers at once: what is measured is the pipeline, not the drawing. */
runMain(async () => {
  const config = loadConfig();
  const worker = await Test.createTestingModule({ imports: [WorkerAppModule.forRoot(config)] })
    .overrideProvider(ProviderRegistry)
    .useValue(new ProviderRegistry([noopProvider]))
    .compile();
  await worker.init();
  untilStopped(() => worker.close(), config.shutdownTimeoutMs);
  process.send?.({ type: 'ready' });
});
