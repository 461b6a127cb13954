import { redisAvailable } from './redis-server.js';
import type { Backend } from './stack.js';

/** The queue, the limits and realtime are tested on both backends. */
export const BACKENDS: Backend[] = redisAvailable() ? ['postgres', 'redis'] : ['postgres'];
