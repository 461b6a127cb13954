import type { INestApplicationContext } from '@nestjs/common';
import type { Db } from '#core/db';
import type { Secrets } from '../secrets.js';

/** What a scenario works with. */
export interface SeedContext {
  /** The features' services, on the API's own database login: seeded data passes the same checks as anybody's. */
  services: INestApplicationContext;
  /** The owner's login, for what no customer can do: plans and gifts. */
  ownerDb: Db;
  secrets: Secrets;
  log: (line: string) => void;
}

/** A state of the database that one can ask for by name. Running one twice changes nothing. */
export interface Scenario {
  name: string;
  summary: string;
  run(context: SeedContext): Promise<void>;
}
