import { createDatabase } from '#core/db';
import type { Secrets } from '../secrets.js';
import { DemoRepository } from './demo.repository.js';

export const DEMO_EMAIL = 'demo@base.agency';

/** How to get into the demo organization. */
export interface DemoAccess {
  email: string;
  password: string;
  apiKey: string;
}

/** The access that an earlier seed made; undefined when there is none, or the database was emptied since. */
export async function findDemoAccess(ownerUrl: string, secrets: Secrets): Promise<DemoAccess | undefined> {
  const { demoApiKey: apiKey, demoApiKeyId, demoPassword: password } = secrets.values;
  if (!apiKey || !demoApiKeyId) return undefined;
  const db = createDatabase({ url: ownerUrl, max: 1, applicationName: 'base-demo-access' });
  try {
    const works = await new DemoRepository().isKeyInUse(db, demoApiKeyId);
    return works ? { email: DEMO_EMAIL, password, apiKey } : undefined;
  } finally {
    await db.destroy();
  }
}
