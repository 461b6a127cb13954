import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const current = new AsyncLocalStorage<FastifyRequest>();

/** The request that the running code answers; undefined in workers, at the start, and in timers. */
export function currentRequest(): FastifyRequest | undefined {
  return current.getStore();
}

/**
 * Makes `currentRequest` work for guards, handlers and everything they call. The context begins after the body was read:
 * the events of a body's stream belong to the socket, not to the request, and would lose it.
 */
export function keepCurrentRequest(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => current.run(request, done));
}
