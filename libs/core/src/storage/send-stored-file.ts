import type { FastifyReply } from 'fastify';
import type { LocalStorage } from './local-storage.js';

/**
 * Answers a request with a stored file: range and conditional requests, never as a page of ours.
 * @param options.download a file name, when the browser shall save instead of show
 * @throws NotFound
 */
export async function sendStoredFile(
  reply: FastifyReply,
  storage: LocalStorage,
  path: string,
  options: { mimeType: string; cacheControl: string; download: unknown },
): Promise<void> {
  await storage.stat(path);
  void reply
    .header('content-type', options.mimeType)
    .header('cache-control', options.cacheControl)
    .header('x-content-type-options', 'nosniff')
    // A generated file is data, never a page of ours.
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cross-origin-resource-policy', 'cross-origin');
  const { download } = options;
  if (typeof download === 'string' && download) void reply.header('content-disposition', attachment(download));
  await reply.sendFile(path, storage.root, { cacheControl: false, dotfiles: 'deny' });
}

/** RFC 6266 with the name in UTF-8 (RFC 8187). */
function attachment(name: string): string {
  const characters = Array.from(name.toWellFormed().replace(/[^\p{L}\p{N} ._()-]/gu, '_'));
  const safe = characters.slice(0, 120).join('');
  return `attachment; filename*=UTF-8''${encodeURIComponent(safe)}`;
}
