export { Batcher, type BatcherOptions } from './batcher.js';
export { WriteBehind, type WriteBehindOptions } from './write-behind.js';
