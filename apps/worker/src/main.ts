import 'reflect-metadata';
import { loadConfig, loadEnvFile, runMain, untilStopped } from '#core/config';
import { createWorker } from './create-worker.js';

runMain(async () => {
  loadEnvFile();
  const app = await createWorker(loadConfig());
  untilStopped(() => app.close());
  process.send?.({ type: 'ready' });
});
