/** What a plan includes or not (`plans.features`), as far as a route or a job depends on it. */
export const PLAN_FEATURES = {
  provider_keys: 'own keys at the providers',
  audit_export: 'the export of the audit log',
} as const;

export type PlanFeature = keyof typeof PLAN_FEATURES;
