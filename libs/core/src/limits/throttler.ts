// Evaluated before the line below, which needs it.
import '@nestjs/core';
import { createRequire } from 'node:module';
import type * as Throttler from '@nestjs/throttler';

/**
 * `@nestjs/throttler` is CommonJS and requires Nest, which is ESM. Imported like any module it would be run while the
 * graph is still being linked, and loaders refuse a `require` of what is being linked (Jest's does); so it is required
 * once Nest has been evaluated.
 */
const throttler = createRequire(import.meta.url)('@nestjs/throttler') as typeof Throttler;

export const { InjectThrottlerOptions, InjectThrottlerStorage, normalizeIp, ThrottlerGuard, ThrottlerModule } =
  throttler;
export type { ThrottlerModuleOptions, ThrottlerStorage } from '@nestjs/throttler';
