import { Readable } from 'node:stream';
import { restOf, sniffAudio, takeHead } from './media-sniffing.js';
import type { ProviderCall } from './provider-call.js';
import { badResponse } from './provider.errors.js';
import type { ProviderOutput } from './provider.js';

/** Enough to tell a sound; more would keep the first of it waiting. */
const HEAD_BYTES = 4100;

/**
 * The sound that a synchronous provider streams as its answer, on its way into storage: told by its first bytes, not by
 * its header. Raw samples say nothing of themselves; their type is the caller's word.
 * @throws ProviderError when it is something else
 */
export async function audioAnswer(call: ProviderCall, answer: Response, rawType?: string): Promise<ProviderOutput> {
  if (!answer.body) throw badResponse('empty body');
  const fail = (error: unknown) => call.errorFor(error);
  const chunks = answer.body.values();
  const head = await takeHead(chunks, HEAD_BYTES).catch((error: unknown) => Promise.reject(fail(error)));
  const mimeType = await audioType(head, answer.headers.get('content-type') ?? '', rawType);
  if (!mimeType) {
    call.release();
    throw badResponse(call.redact(`not audio: ${head.subarray(0, 200).toString('latin1')}`));
  }
  const body = Readable.from(restOf(head, chunks, fail), { objectMode: false });
  // A stream destroyed before its first read never enters the generator, so the connection is let go from here.
  body.once('close', () => call.release());
  return { mimeType, body };
}

async function audioType(head: Buffer, contentType: string, rawType: string | undefined): Promise<string | null> {
  if (head.length === 0 || /json|text|html|xml/i.test(contentType)) return null;
  return rawType ?? sniffAudio(head);
}
