import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/** Shorter answers fit into a packet or two as they are. */
const LEAST_CHARACTERS = 2_048;
/** Brotli's middle: a tenth of what the best takes, for nine tenths of what it saves. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/**
 * Compresses long JSON for clients that take it: lists with signed links shrink to a fifth. It is done by threads beside
 * the event loop. Nobody can have a browser ask with a person's credentials and measure the answer, as BREACH does:
 * credentials are headers that our own programs send, never cookies.
 */
export function compressJson(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < LEAST_CHARACTERS) return payload;
    if (!String(reply.getHeader('content-type')).includes('json') || reply.hasHeader('content-encoding'))
      return payload;
    const vary = [reply.getHeader('vary'), 'accept-encoding'].filter(Boolean).join(', ');
    void reply.header('vary', vary);
    const encoding = chosenEncoding(request.headers['accept-encoding']);
    if (!encoding) return payload;
    void reply.header('content-encoding', encoding).removeHeader('content-length');
    return encoding === 'br' ? brotli(payload, QUALITY) : zip(payload);
  });
}

/** RFC 9110, 12.5.3; a weight of zero is a refusal. */
function chosenEncoding(accepted = ''): 'br' | 'gzip' | undefined {
  const taken = accepted
    .split(',')
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map((part) => part.split(';', 1)[0]?.trim());
  return taken.includes('br') ? 'br' : taken.includes('gzip') ? 'gzip' : undefined;
}
