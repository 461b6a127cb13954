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

/** The route gets its body as it came as well, for signatures over its bytes; see `rawBodyOf`. */
export const KeepRawBody = (): MethodDecorator => RouteConfig({ keepRawBody: true });

/** The body of a route with `KeepRawBody` as it came; empty when there was none. */
export function rawBodyOf(request: FastifyRequest): Buffer {
  return request.rawBody ?? Buffer.alloc(0);
}

/** Makes `KeepRawBody` work. What exceeds the limit is left to Fastify, which refuses it. */
export function keepRawBodies(fastify: FastifyInstance, maxBytes: number): void {
  fastify.addHook('preParsing', async (request, _reply, payload) => {
    if (!request.routeOptions.config.keepRawBody) return payload;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of payload as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) break;
    }
    request.rawBody = Buffer.concat(chunks);
    return Object.assign(Readable.from(chunks), { receivedEncodedLength: bytes });
  });
}
