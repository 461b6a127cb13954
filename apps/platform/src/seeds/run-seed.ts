import { createDatabase } from '#core/db';
import type { Secrets } from '../secrets.js';
import type { SeedContext } from './scenario.js';
import { openSeedServices, type SeedServicesOptions } from './seed-services.js';

export interface SeedLogin {
  /** As the API logs in. */
  apiUrl: string;
  /** As the owner. */
  directUrl: string;
  appSecret: string;
  /** The environment of the platform. */
  inherited: Record<string, string>;
}

/** Opens what a scenario needs, runs `work`, and closes it again. */
export async function runSeed<Result>(
  login: SeedLogin,
  secrets: Secrets,
  log: (line: string) => void,
  work: (context: SeedContext) => Promise<Result>,
  modules: SeedServicesOptions['modules'] = [],
): Promise<Result> {
  await using cleanup = new AsyncDisposableStack();
  const ownerDb = createDatabase({ url: login.directUrl, max: 1, applicationName: 'base-seed-owner' });
  cleanup.defer(() => ownerDb.destroy());
  const services = await openSeedServices({ ...login, databaseUrl: login.apiUrl, modules });
  cleanup.defer(() => services.close());
  // Awaited here: what `work` uses is closed when this function returns.
  return await work({ services, ownerDb, secrets, log });
}
