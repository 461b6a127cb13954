import type { LoadedScenario } from './scenario.js';

interface ScenarioEntry {
  name: string;
  summary: string;
  /** Loaded when asked for: a list of names should not wait for the code of every feature. */
  load: () => Promise<LoadedScenario>;
}

/** Every scenario that `npm run seed` knows. A new one is a module beside this one and an entry here. */
export const SCENARIOS: readonly ScenarioEntry[] = [
  {
    name: 'demo',
    summary: 'Estúdio Demo: a user, an organization on the plan business, credits and a live API key',
    load: async () => ({ run: (await import('./demo.seed.js')).runDemo }),
  },
  {
    name: 'agency',
    summary:
      'Agência Aurora: five members, projects, sixty files of two months, presets, brands, shared pages, invoices',
    load: async () => {
      const { AGENCY_MODULES, runAgency } = await import('./agency.seed.js');
      return { run: runAgency, modules: AGENCY_MODULES };
    },
  },
];
