import type { FastifyReply } from 'fastify';
import type { FileStorage } from './file-storage.js';
import { LocalStorage } from './local-storage.js';

/** A link to a bucket is followed at once; players come back to it for further parts of a film. */
const LINK_SECONDS = 3600;

/**
 * Answers a request with a stored file: range and conditional requests, never as a page of ours. A storage with links of
 * its own serves the file itself: the answer leads there.
 * @param options.download a file name, when the browser shall save instead of show
 * @throws NotFound
 */
export async function sendStoredFile(
  reply: FastifyReply,
  storage: FileStorage,
  path: string,
  options: { mimeType: string; cacheControl: string; download: unknown },
): Promise<void> {
  const { download } = options;
  const name = typeof download === 'string' && download ? plainName(download) : undefined;
  const link = await storage.link(path, { validSeconds: LINK_SECONDS, download: name });
  if (link !== undefined) {
    await reply.header('cache-control', 'private, no-store').redirect(link, 302);
    return;
  }
  await storage.stat(path);
  void reply
    .header('content-type', options.mimeType)
    .header('cache-control', options.cacheControl)
    .header('x-content-type-options', 'nosniff')
    // A generated file is data, never a page of ours.
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cross-origin-resource-policy', 'cross-origin');
  if (name !== undefined) void reply.header('content-disposition', attachment(name));
  if (!(storage instanceof LocalStorage)) throw new Error('A storage without links that is not on this disk');
  await reply.sendFile(path, storage.root, { cacheControl: false, dotfiles: 'deny' });
}

function plainName(name: string): string {
  const characters = Array.from(name.toWellFormed().replace(/[^\p{L}\p{N} ._()-]/gu, '_'));
  return characters.slice(0, 120).join('');
}

/** RFC 6266 with the name in UTF-8 (RFC 8187). */
function attachment(name: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
}
