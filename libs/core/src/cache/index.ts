export { ShortLivedCache, type ShortLivedCacheOptions } from './short-lived-cache.js';
