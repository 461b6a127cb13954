import { LRUCache } from 'lru-cache';

export interface ShortLivedCacheOptions {
  /** Entries at most; the least recently used leaves first, so that strangers' guesses cannot push out busy entries. */
  max: number;
  /** Counted from the moment the load begins: an answer is never older than this. */
  ttlMs: number;
}

/**
 * Remembers answers of the database for a few seconds. Concurrent askers of one key share one load, a failed load is
 * not remembered, and `forget` also discards a load that is still under way, so that it cannot bring back old news.
 */
export class ShortLivedCache<V> {
  private readonly entries: LRUCache<string, Promise<V>>;

  constructor(options: ShortLivedCacheOptions) {
    // Resolution 0: the clock is read at each look, instead of by a timer every millisecond.
    this.entries = new LRUCache({ max: options.max, ttl: options.ttlMs, ttlResolution: 0 });
  }

  /** The remembered answer, or the one `load` gives now. */
  get(key: string, load: () => Promise<V>): Promise<V> {
    const known = this.entries.get(key);
    if (known) return known;
    const loading = load();
    this.entries.set(key, loading);
    loading.catch(() => {
      if (this.entries.peek(key) === loading) this.entries.delete(key);
    });
    return loading;
  }

  /** The next asker gets a fresh answer. */
  forget(key: string): void {
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }
}
