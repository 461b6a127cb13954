import { Readable } from 'node:stream';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    keepRawBody?: boolean;
  }
  interface FastifyRequest {
    rawBody?: Buffer;
  }
}

/**
 * The route gets its body as it came, for signatures over its bytes; see `rawBodyOf`. What others sign is not held to our
 * rules for text (`assertPlainJson`): of what it says the route takes only what it has checked.
 * @param maxJsonBytes the most that it takes, where that is more than other routes do
 */
export const KeepRawBody = (maxJsonBytes?: number): MethodDecorator =>
  RouteConfig({ keepRawBody: true, ...(maxJsonBytes !== undefined && { maxJsonBytes }) });

/** The body of a route with `KeepRawBody` as it came; empty when there was none. */
export function rawBodyOf(request: FastifyRequest): Buffer {
  return request.rawBody ?? Buffer.alloc(0);
}

/** Makes `KeepRawBody` work. What exceeds the limit is left to Fastify, which refuses it. */
export function keepRawBodies(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', async (request, _reply, payload) => {
    const { config, bodyLimit } = request.routeOptions;
    if (!config.keepRawBody) return payload;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of payload as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > bodyLimit) break;
    }
    request.rawBody = Buffer.concat(chunks);
    return Object.assign(Readable.from(chunks), { receivedEncodedLength: bytes });
  });
}
