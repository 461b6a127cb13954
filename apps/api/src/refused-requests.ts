import type { FastifyInstance, FastifyRequest } from 'fastify';
import FindMyWay, { type HTTPMethod } from 'find-my-way';
import { MethodNotAllowed, UnsupportedMediaType } from '#core/errors';
import { sendError, speaksOpenAi } from '#core/http';
import type { RequestLimits } from '#core/limits';

/** Longer than any id, so that what is too long for one is answered by its route, whether or not the Studio is built. */
export const MAX_PARAMETER_CHARACTERS = 2000;
/** The Studio's route for all its pages: it says nothing about a path of the API. */
const EVERYTHING = new Set(['*', '/*']);
const READABLE_CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii']);

/**
 * Answers what the router and the body parser would be vague about: 405 with `Allow` where the path exists for other
 * methods (RFC 9110, 15.5.6), 415 for bodies that are compressed or in another charset than UTF-8 (15.5.16), which would
 * otherwise be told as malformed JSON. Call it before any route is registered.
 */
export function refuseByName(fastify: FastifyInstance): void {
  const methodsOf = rememberRoutes(fastify);
  fastify.addHook('onRequest', (request, reply, done) => {
    const nowhere = request.is404 || EVERYTHING.has(request.routeOptions.url ?? '');
    const allowed = nowhere ? methodsOf(request.url) : [];
    if (allowed.length > 0) {
      void reply.header('allow', allowed.join(', '));
      void sendError(request, reply, MethodNotAllowed(`This path takes ${allowed.join(', ')}.`));
      return;
    }
    const unreadable = unreadableBody(request);
    if (unreadable) {
      void sendError(request, reply, UnsupportedMediaType(unreadable));
      return;
    }
    done();
  });
}

/** @returns the methods of the routes that a URL leads to, sorted; none when there is no such path. */
function rememberRoutes(fastify: FastifyInstance): (url: string) => string[] {
  const router = FindMyWay({ maxParamLength: MAX_PARAMETER_CHARACTERS });
  const methods = new Set<HTTPMethod>();
  fastify.addHook('onRoute', ({ url, method }) => {
    if (EVERYTHING.has(url)) return;
    for (const each of [method].flat() as HTTPMethod[]) {
      if (router.findRoute(each, url)) continue;
      methods.add(each);
      router.on(each, url, () => undefined);
    }
  });
  return (url) => [...methods].filter((method) => router.find(method, url.split('?', 1)[0] ?? '') !== null).sort();
}

/** Why the body cannot be read; undefined when it can, or when there is none. */
function unreadableBody({ headers }: FastifyRequest): string | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (encoding && encoding !== 'identity') return `Send the body as it is, not as ${encoding}.`;
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase();
  if (charset && !READABLE_CHARSETS.has(charset)) return `Send the body in UTF-8, not in ${charset}.`;
  return undefined;
}

/** Counts paths of the API that do not exist: whoever tries them out is somebody without credentials. */
export function countUnknownPaths(fastify: FastifyInstance, limits: RequestLimits): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const isUnknown = request.is404 || EVERYTHING.has(request.routeOptions.url ?? '');
    const isOurs = request.url.startsWith('/api') || speaksOpenAi(request.url);
    if (isUnknown && isOurs) await limits.countPublic(request, reply);
  });
}
