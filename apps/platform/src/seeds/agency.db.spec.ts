import { expect, it } from '@jest/globals';
import { JobRequests } from '#ai';
import { PaymentsService } from '#billing';
import { createTestDatabase } from '#core/testing';
import { ShareLinksService } from '#studio';
import { AGENCY_MODULES } from './agency.seed.js';
import { openSeedServices } from './seed-services.js';

it('the agency finds every service that it is made with', async () => {
  const database = await createTestDatabase();
  const services = await openSeedServices({
    databaseUrl: database.apiUrl,
    appSecret: 'a secret for tests, long enough to be taken',
    inherited: {},
    modules: AGENCY_MODULES,
  });
  try {
    for (const service of [JobRequests, PaymentsService, ShareLinksService]) {
      expect(services.get(service, { strict: false })).toBeInstanceOf(service);
    }
  } finally {
    await services.close();
    await database.drop();
  }
});
