import { ApiError } from './base-client.js';
import type { Client } from './client/client/index.js';
import { streamEvents, streamJobEvents } from './client/sdk.gen.js';
import type { EventDto, Problem, StreamEventsData } from './client/types.gen.js';

export interface FollowOptions {
  client: Client;
  /** Ends the stream. */
  signal?: AbortSignal;
  /** Go on after this event. */
  lastEventId?: string | undefined;
  /** A connection ended without a refusal; it comes back by itself. */
  onInterruption?: () => void;
}

const ENDS = new Set(['job.succeeded', 'job.failed', 'job.canceled', 'job.expired', 'job.outcome_unknown']);
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 15_000;

/**
 * Follows one job from its beginning to its end. Reconnects by itself and resumes after the last event it saw, so that
 * nothing is missed and nothing comes twice.
 * @throws ApiError when the API refuses (not found, credentials ended)
 */
export async function* followJob(jobId: string, options: FollowOptions): AsyncGenerator<EventDto, void, undefined> {
  for await (const event of follow(options, (connection) => streamJobEvents({ ...connection, path: { jobId } }))) {
    yield event;
    if (ENDS.has(event.type)) return;
  }
}

/**
 * Follows everything that happens in the organization, until the signal ends it. Reconnects and resumes by itself.
 * @throws ApiError when the API refuses (credentials ended, permission missing)
 */
export function followEvents(
  options: FollowOptions & { query?: StreamEventsData['query'] },
): AsyncGenerator<EventDto, void, undefined> {
  return follow(options, (connection) => streamEvents({ ...connection, query: options.query }));
}

interface Connection {
  client: Client;
  signal: AbortSignal;
  headers: Record<string, string>;
  fetch: typeof fetch;
  sseMaxRetryAttempts: number;
  onSseEvent: (event: { id?: string }) => void;
}

/**
 * The generated stream reads one connection; it neither comes back after a clean close (a deploy, the end of a
 * connection's life) nor tells a refusal from a broken line. Both are decided here.
 */
async function* follow(
  options: FollowOptions,
  connect: (connection: Connection) => Promise<{ stream: AsyncGenerator }>,
): AsyncGenerator<EventDto, void, undefined> {
  let { lastEventId } = options;
  let failures = 0;
  while (!options.signal?.aborted) {
    const closing = new AbortController();
    let refusal: ApiError | undefined;
    const state = { over: false };
    try {
      const { stream } = await connect({
        client: options.client,
        signal: options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal,
        headers: lastEventId ? { 'Last-Event-ID': lastEventId } : {},
        fetch: async (...request) => {
          const response = await fetch(...request);
          state.over = response.status === 204;
          if (response.status >= 400 && response.status < 500 && response.status !== 429) {
            refusal = new ApiError((await response.clone().json()) as Problem & Record<string, unknown>, response);
          }
          return response;
        },
        sseMaxRetryAttempts: 1,
        onSseEvent: ({ id }) => (lastEventId = id ?? lastEventId),
      });
      for await (const event of stream) {
        failures = 0;
        yield event as EventDto;
      }
    } finally {
      closing.abort();
    }
    if (refusal) throw refusal;
    if (state.over) return;
    if (!options.signal?.aborted) options.onInterruption?.();
    failures += 1;
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.5 + Math.random() / 2);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
