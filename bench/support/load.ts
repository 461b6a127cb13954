import autocannon from 'autocannon';

/** One kind of request, sent over and over. */
export interface Target {
  url: string;
  /** Sent by POST; without one it is a GET. */
  body?: string;
  /** What every answer must be. */
  status: number;
  /** Connection i sends the headers i modulo their number, so that many callers share the load evenly. */
  callers: Record<string, string>[];
}

export interface LoadResult {
  perSecond: number;
  /** Of every request, milliseconds. */
  latenciesMs: number[];
}

const LIMIT_MS = 120_000;

/**
 * Sends exactly `amount` requests over `connections` connections, each waiting for its answer before its next request.
 * @throws Error when anything but the expected status comes back, or nothing for two minutes
 */
export async function sendLoad(target: Target, amount: number, connections: number): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const refusals = new Map<number, number>();
  let next = 0;
  let lastAnswerAt = 0;
  const startedAt = performance.now();
  const { errors } = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(
      {
        url: target.url,
        ...(target.body === undefined ? {} : { method: 'POST' as const, body: target.body }),
        connections,
        amount,
        setupClient: (client) =>
          client.setHeaders({
            ...(target.body === undefined ? {} : { 'content-type': 'application/json' }),
            ...target.callers[next++ % target.callers.length],
          }),
      },
      (error: Error | null, result) => {
        clearTimeout(limit);
        if (error) reject(error);
        else resolve(result);
      },
    );
    running.on('response', (_client, statusCode, _bytes, responseMs) => {
      // Autocannon itself notices only at the next full second that everything was answered.
      lastAnswerAt = performance.now();
      latenciesMs.push(responseMs);
      if (statusCode !== target.status) refusals.set(statusCode, (refusals.get(statusCode) ?? 0) + 1);
    });
    const limit = setTimeout(() => running.stop(), LIMIT_MS);
  });
  if (refusals.size > 0 || errors > 0 || latenciesMs.length !== amount) {
    const statuses = [...refusals].map(([status, count]) => `${count} × ${status}`).join(', ');
    throw new Error(`${target.url}: ${latenciesMs.length} of ${amount} answered, ${errors} errors ${statuses}`);
  }
  return { perSecond: (amount / (lastAnswerAt - startedAt)) * 1000, latenciesMs };
}
