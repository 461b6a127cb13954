/**
 * The TypeScript client of the BASE Agency API. Everything under `client/` is generated from `openapi.json`; this file
 * adds what a generator cannot: a configured client and a helper that follows events.
 */
export * from './client/index.js';
export { createClient, createConfig, type Client } from './client/client/index.js';
export { createBaseClient, ApiError, type BaseClientOptions } from './base-client.js';
export { followEvents, followJob, type FollowOptions } from './events.js';
