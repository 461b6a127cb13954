export { LimitsModule } from './limits.module.js';
export { RateLimitGuard, Unlimited, UNLIMITED_EXTENSION } from './rate-limit.guard.js';
export { RequestLimits } from './request-limits.service.js';
export { RateLimitsRepository } from './rate-limits.repository.js';
export { RateLimiter } from './rate-limiter.service.js';
export { RedisTokenStore } from './redis-token-store.js';
export { LEASE_SHARE } from './token-leases.js';
export type { TokenAsk, TokenStore } from './token-store.js';
