export { HealthProbes, type HealthReport, type ProbeResult } from './health-probes.js';
export { HealthModule } from './health.module.js';
