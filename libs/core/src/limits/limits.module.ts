import { Module } from '@nestjs/common';
import { ThrottlerModule } from './throttler.js';
import { RateLimiter } from './rate-limiter.service.js';
import { RateLimitsRepository } from './rate-limits.repository.js';
import { RequestLimits } from './request-limits.service.js';
import { WINDOW_MS } from './token-store.js';

@Module({ providers: [RateLimiter, RateLimitsRepository], exports: [RateLimiter] })
class RateLimiterModule {}

/** What the guard over all routes needs. Limits depend on who asks; `rate-policies.ts` says which apply. */
@Module({
  imports: [
    RateLimiterModule,
    ThrottlerModule.forRootAsync({
      imports: [RateLimiterModule],
      inject: [RateLimiter],
      useFactory: (storage: RateLimiter) => ({
        throttlers: [{ name: 'organization', ttl: WINDOW_MS, limit: 1 }],
        storage,
      }),
    }),
  ],
  providers: [RequestLimits],
  exports: [RequestLimits, ThrottlerModule],
})
export class LimitsModule {}
