import { demoScenario } from './demo.seed.js';
import type { Scenario } from './scenario.js';

/** Every scenario that `npm run seed` knows. A new one is a module beside this one and a line here. */
export const SCENARIOS: readonly Scenario[] = [demoScenario];
