const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the page of usage shows, as the address says. */
export interface UsageSearch {
  /** The job whose lines of the ledger are pointed out. */
  job?: string | undefined;
}

export function readUsageSearch({ job }: Record<string, unknown>): UsageSearch {
  return { job: typeof job === 'string' && ID.test(job) ? job : undefined };
}
