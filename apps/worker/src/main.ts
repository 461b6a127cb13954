import './small-heap.js';
import 'reflect-metadata';
import { loadConfig, loadEnvFile, runMain, untilStopped } from '#core/config';
import { createWorker } from './create-worker.js';

runMain(async () => {
  loadEnvFile();
  const config = loadConfig();
  const app = await createWorker(config);
  untilStopped(() => app.close(), config.shutdownTimeoutMs);
  process.send?.({ type: 'ready' });
});
