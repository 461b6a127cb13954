import 'reflect-metadata';
import { loadConfig, loadEnvFile, runMain, untilStopped } from '#core/config';
import { createApi } from './create-api.js';

runMain(async () => {
  loadEnvFile();
  const config = loadConfig();
  const app = await createApi(config);
  await app.listen(config.http.port, config.http.host);
  untilStopped(() => app.close(), config.shutdownTimeoutMs);
  process.send?.({ type: 'ready', url: await app.getUrl() });
});
