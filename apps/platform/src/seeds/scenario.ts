import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
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

/** Brings the database into a state that one can ask for by name. Running it twice changes nothing. */
export type Scenario = (context: SeedContext) => Promise<void>;

/** A scenario with the features it uses beyond accounts and organizations. */
export interface LoadedScenario {
  run: Scenario;
  modules?: (Type | DynamicModule)[];
}
