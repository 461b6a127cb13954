import { existsSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestLimits } from '#core/limits';
import { SharedPagesService } from '#studio';
import { withSharedHead } from './shared-page-head.js';

/** What belongs to the API and its boards: unknown paths below are theirs to refuse. */
const RESERVED = /^\/(api|v1|admin|assets)(\/|$)/;
const LOOKS_LIKE_A_FILE = /\.[\w]+$/;

/** Scripts and styles of our own only; pictures and sound may come from the storage's origin. */
export const STUDIO_CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob: data: https: http://localhost:*",
  "media-src 'self' blob: https: http://localhost:*",
  "connect-src 'self' https: http://localhost:*",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Where `npm run build` leaves the Studio. */
export function builtStudio(): string {
  const manifest = findPackageJSON(import.meta.url);
  return join(manifest ? dirname(manifest) : '.', 'dist/apps/studio');
}

/**
 * Serves the built Studio: its files under their own names, and its page for every address that is a page of the
 * Studio's. Whatever belongs to the API, and every file that does not exist, stays a 404 of the API. Without a build
 * there is nothing to serve.
 */
export async function serveStudio(app: NestFastifyApplication, directory = builtStudio()): Promise<void> {
  if (!existsSync(join(directory, 'index.html'))) return;
  const page = readFileSync(join(directory, 'index.html'), 'utf8');
  await app.register(fastifyStatic, {
    root: directory,
    // One route for each file that exists.
    wildcard: false,
    index: false,
    globIgnore: ['index.html', '.vite/**'],
    decorateReply: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // The names under assets/ carry a hash of the content.
      const isHashed = path.startsWith(join(directory, 'assets'));
      void reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/*', (request: FastifyRequest, reply: FastifyReply) => {
    if (!isPage(request)) {
      reply.callNotFound();
      return;
    }
    void sendPage(reply, page);
  });
  const limits = app.get(RequestLimits, { strict: false });
  const sharedPages = app.get(SharedPagesService, { strict: false });
  fastify.get('/shared/:token', async (request: FastifyRequest<{ Params: { token: string } }>, reply: FastifyReply) => {
    await limits.countPublic(request, reply);
    const heading = await sharedPages.headingOf(request.params.token);
    return sendPage(reply.header('x-robots-tag', 'noindex'), withSharedHead(page, heading));
  });
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .header('content-security-policy', STUDIO_CONTENT_POLICY)
    .send(page);
}

/** Programs ask for anything; only browsers that open an address ask for a page. */
function isPage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '/';
  if (path === '/') return true;
  if (RESERVED.test(path) || LOOKS_LIKE_A_FILE.test(path)) return false;
  return (request.headers.accept ?? '').includes('text/html');
}
