import type { Scenario } from './scenario.js';

interface ScenarioEntry {
  name: string;
  summary: string;
  /** Loaded when asked for: a list of names should not wait for the code of every feature. */
  load: () => Promise<Scenario>;
}

/** Every scenario that `npm run seed` knows. A new one is a module beside this one and an entry here. */
export const SCENARIOS: readonly ScenarioEntry[] = [
  {
    name: 'demo',
    summary: 'Estúdio Demo: a user, an organization on the plan business, credits and a live API key',
    load: async () => (await import('./demo.seed.js')).runDemo,
  },
];
