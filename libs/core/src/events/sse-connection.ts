import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from '#core/http';
import { toEventDto } from './event.dto.js';
import type { EventRow } from './events.repository.js';
import type { EventStreams, StreamOptions } from './event-streams.js';

/** The part of a Fastify reply that a stream writes to. */
export type EventStreamReply = Pick<FastifyReply, 'hijack' | 'raw' | 'getHeaders'>;

const HEARTBEAT_MS = 15_000;
/** A reader this far behind is cut off; it comes back with the last id it saw and misses nothing. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Every stream is authorized anew at least this often: it is closed, and the client reconnects. */
const MAX_LIFE_MS = 30 * 60_000;

export interface EventStreamConnection extends StreamOptions {
  streams: EventStreams;
  request: FastifyRequest;
  reply: EventStreamReply;
  /** Ends the stream after an event for which this is true (a job's end). */
  isLast?: (event: EventRow) => boolean;
}

/**
 * Serves a Server-Sent Events stream (WHATWG HTML, 9.2): `id` is the event's id, `event` its type, `data` the event as
 * JSON. Comments are heartbeats. Ends when the credentials expire.
 */
export async function openEventStream(connection: EventStreamConnection): Promise<void> {
  const { request, reply, streams, isLast } = connection;
  const { raw } = reply;
  const principal = principalOf(request);
  reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  raw.write('retry: 1000\n\n');

  let close: (() => void) | undefined;
  const state = { ended: false };
  const lifeMs = Math.min(MAX_LIFE_MS, principal.expiresAt ? principal.expiresAt.getTime() - Date.now() : MAX_LIFE_MS);
  const heartbeat = setInterval(() => raw.write(': heartbeat\n\n'), HEARTBEAT_MS);
  const end = (): void => {
    if (state.ended) return;
    state.ended = true;
    clearInterval(heartbeat);
    clearTimeout(life);
    close?.();
    raw.end();
  };
  const life = setTimeout(end, Math.max(lifeMs, 0));
  raw.on('close', end);
  raw.on('error', end);

  const deliver = (events: EventRow[]): void => {
    if (state.ended) return;
    raw.write(events.map(frame).join(''));
    if (raw.writableLength > MAX_BUFFERED_BYTES) {
      end();
      raw.destroy();
    } else if (isLast && events.some(isLast)) {
      end();
    }
  };
  try {
    close = await streams.open(connection, deliver, end);
  } catch {
    // The headers are out: breaking off tells the client to come back.
    end();
    raw.destroy();
    return;
  }
  if (state.ended) close();
}

function frame(event: EventRow): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(toEventDto(event))}\n\n`;
}
