import { LRUCache } from 'lru-cache';

export interface ShortLivedCacheOptions {
  /** Entries at most; the least recently used leaves first, so that strangers' guesses cannot push out busy entries. */
  max: number;
  /** Counted from the moment the load begins: an answer is never older than this. */
  ttlMs: number;
}

interface Entry<V> {
  loading: Promise<V>;
  loaded: { answer: V } | undefined;
}

/**
 * Remembers answers of the database for a few seconds. Concurrent askers of one key share one load, a failed load is
 * not remembered, and `forget` also discards a load that is still under way, so that it cannot bring back old news.
 */
export class ShortLivedCache<V> {
  private readonly entries: LRUCache<string, Entry<V>>;

  constructor(options: ShortLivedCacheOptions) {
    // Resolution 0: the clock is read at each look, instead of by a timer every millisecond.
    this.entries = new LRUCache({ max: options.max, ttl: options.ttlMs, ttlResolution: 0 });
  }

  /** The remembered answer, or the one `load` gives now. */
  get(key: string, load: () => Promise<V>): Promise<V> {
    return this.entryOf(key, load).loading;
  }

  /** The same, but not wrapped in a promise when it is there already: for what every request asks. */
  read(key: string, load: () => Promise<V>): V | Promise<V> {
    const entry = this.entryOf(key, load);
    return entry.loaded ? entry.loaded.answer : entry.loading;
  }

  /** The next asker gets a fresh answer. */
  forget(key: string): void {
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  private entryOf(key: string, load: () => Promise<V>): Entry<V> {
    const known = this.entries.get(key);
    if (known) return known;
    const entry: Entry<V> = { loading: load(), loaded: undefined };
    this.entries.set(key, entry);
    entry.loading.then(
      (answer) => {
        entry.loaded = { answer };
      },
      () => {
        if (this.entries.peek(key) === entry) this.entries.delete(key);
      },
    );
    return entry;
  }
}
