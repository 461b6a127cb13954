export interface BatcherOptions<Item, Result> {
  /** Does the work of many items at once. @returns one result for each, in their order. */
  run: (items: Item[]) => Promise<Result[]>;
  /** More items in one run gain nothing, and make the first of them wait. */
  maxItems: number;
  /** Runs under way at a time; what arrives meanwhile waits and shares the next one. */
  maxRunning: number;
  /** Whether an error may be the fault of a single item: then each is tried alone, so that only the culprit fails. */
  maybeOneCulprit?: (error: unknown) => boolean;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Brings concurrent calls together (group commit). A lone item goes at once; items that arrive while runs are under way
 * share the next one. There is no timer: the time a run takes is the window.
 */
export class Batcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private running = 0;

  constructor(private readonly options: BatcherOptions<Item, Result>) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      // In the next turn of the event loop, so that what arrives in the same turn travels together.
      if (this.running < this.options.maxRunning) setImmediate(() => this.flush());
    });
  }

  private flush(): void {
    if (this.running >= this.options.maxRunning || this.waiting.length === 0) return;
    const batch = this.waiting.splice(0, this.options.maxItems);
    this.running += 1;
    void this.run(batch).finally(() => {
      this.running -= 1;
      this.flush();
    });
  }

  private async run(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.run(batch.map(({ item }) => item));
      if (results.length !== batch.length) throw new Error(`${results.length} results for ${batch.length} items`);
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      if (batch.length > 1 && this.options.maybeOneCulprit?.(error)) {
        await Promise.all(batch.map((one) => this.run([one])));
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }
}
