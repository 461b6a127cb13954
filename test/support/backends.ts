import { redisAvailable } from './redis-server.js';
import { describe } from '@jest/globals';
import type { Backend } from './stack.js';

/** The queue, the limits and realtime are tested on both backends. */
export const BACKENDS: Backend[] = redisAvailable() ? ['postgres', 'redis'] : ['postgres'];

/** What only the Redis backend can show; left out, loudly, where it cannot be started. */
export const whenRedis = BACKENDS.includes('redis') ? describe : describe.skip;
