export { Batcher, type BatcherOptions } from './batcher.js';
export { Lanes } from './lanes.js';
export { WriteBehind, type WriteBehindOptions } from './write-behind.js';
