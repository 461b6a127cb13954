import type { FastifyRequest } from 'fastify';

/** Where a request came from, as shown in the list of sessions. */
export interface Caller {
  ip: string;
  userAgent: string | null;
}

const MAX_USER_AGENT = 300;

export function callerOf(request: FastifyRequest): Caller {
  return { ip: request.ip, userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null };
}
