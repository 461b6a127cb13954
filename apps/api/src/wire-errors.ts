import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HeaderTooLarge, MalformedRequest, UrlInvalid } from '#core/errors';
import { sendError, toProblem } from '#core/http';

/** What Fastify refuses before any route is found (the URL cannot be decoded, a part of it is too long). */
export function answerUnroutable(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void sendError(request, reply, UrlInvalid('A part of the URL cannot be decoded, or is too long.'));
}

/** What Node refuses before there is a request at all: there is only the socket to answer on. */
export function answerUnreadable(fault: Error & { code?: string }, socket: Socket): void {
  if (fault.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const error =
    fault.code === 'HPE_HEADER_OVERFLOW'
      ? HeaderTooLarge('Send at most 16 kB of URL and headers.')
      : MalformedRequest('The bytes received are not an HTTP request this server can read.');
  const { status } = error.definition;
  // There was no request yet that could have an id.
  const withoutId = (key: string, value: unknown) => (key === 'requestId' ? undefined : value);
  const body = JSON.stringify(toProblem(error, ''), withoutId);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
