import { setTimeout as pause } from 'node:timers/promises';

/** How long a storage is waited for. */
export interface Patience {
  /** The pauses before the second and every further try; a longer one that the storage asks for is kept. */
  retriesAfterMs: readonly number[];
  /** Without a byte of the answer for so long a request counts as lost; what is sent has its own time on top. */
  silenceMs: number;
  signal?: AbortSignal;
}

/** The longest `Retry-After` that is waited for: whoever asks holds a file in its hands meanwhile. */
const LONGEST_PAUSE_MS = 20_000;

/** A quarter of a megabit a second. */
const SLOWEST_BYTES_PER_MS = 32;

/** Whether the same request may be answered otherwise a little later; 507 is a full storage, which stays full. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 507);
}

/** Supabase answers 400 to most of what goes wrong and says in the body what it was, e.g. `{ "statusCode": "544" }`. */
export function statusTold(status: number, body: unknown): number {
  const { statusCode } = (body ?? {}) as { statusCode?: unknown };
  return status === 400 ? Number(statusCode) || status : status;
}

/** The body can be read afterwards still. */
export async function statusOf(answer: Response): Promise<number> {
  if (answer.status !== 400) return answer.status;
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => undefined);
  return statusTold(answer.status, body);
}

/**
 * A `fetch` that sends a request again when the connection broke, nothing came, or the answer was a passing one. Only for
 * requests that may be repeated, with bodies that can be read again.
 */
export function persistentFetch(patience: Patience): typeof fetch {
  const { retriesAfterMs, signal } = patience;
  return async (input, init) => {
    for (const afterMs of retriesAfterMs) {
      const answer = await watchedFetch(input, init, patience).catch(() => undefined);
      if (answer && !isPassing(await statusOf(answer))) return answer;
      await answer?.body?.cancel();
      await pause(Math.max(afterMs, askedForMs(answer)), undefined, { signal });
    }
    return watchedFetch(input, init, patience);
  };
}

async function watchedFetch(input: Parameters<typeof fetch>[0], init: RequestInit | undefined, patience: Patience) {
  const { silenceMs, signal } = patience;
  const silence = new AbortController();
  const watched = async <T>(step: Promise<T>, limitMs = silenceMs): Promise<T> => {
    const timer = setTimeout(() => silence.abort(new Error(`nothing came for ${limitMs} ms`)), limitMs);
    try {
      return await step;
    } finally {
      clearTimeout(timer);
    }
  };
  const ended = signal ? AbortSignal.any([silence.signal, signal]) : silence.signal;
  const answer = await watched(fetch(input, { ...init, signal: ended }), silenceMs + sendingMs(init?.body));
  if (!answer.body) return answer;
  const reader: ReadableStreamDefaultReader<Uint8Array> = answer.body.getReader();
  const body = new ReadableStream<Uint8Array>(
    {
      // Watched only while somebody waits: a reader who takes his time is not the storage's silence.
      async pull(controller) {
        const { done, value } = await watched(reader.read());
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return new Response(body, answer);
}

/** How long a body may take to go out; nothing tells how far it is. */
function sendingMs(body: RequestInit['body']): number {
  return body instanceof Uint8Array ? body.byteLength / SLOWEST_BYTES_PER_MS : 0;
}

function askedForMs(answer: Response | undefined): number {
  const seconds = Number(answer?.headers.get('retry-after') ?? NaN);
  return seconds > 0 ? Math.min(seconds * 1000, LONGEST_PAUSE_MS) : 0;
}
