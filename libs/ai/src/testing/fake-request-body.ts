import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A file within a multipart body. */
export interface FakeUpload {
  fileName: string;
  contentType: string;
  bytes: Buffer;
}

export interface FakeRequestBody {
  contentType: string;
  /** JSON, fields by name (files as `FakeUpload`), or undefined for what is neither. */
  value: unknown;
}

export function isFakeUpload(value: unknown): value is FakeUpload {
  return typeof value === 'object' && value !== null && 'bytes' in value && Buffer.isBuffer(value.bytes);
}

export async function readRequestBody(message: IncomingMessage): Promise<FakeRequestBody> {
  const bytes = await buffer(message);
  const header = message.headers['content-type'] ?? '';
  const contentType = header.replace(/;.*/, '').trim();
  if (bytes.length === 0) return { contentType, value: undefined };
  if (/^(multipart\/form-data|application\/x-www-form-urlencoded)$/.test(contentType)) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- Slow for large bodies of strangers; these are our own.
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': header } }).formData();
    return { contentType, value: await fields(form) };
  }
  return { contentType, value: JSON.parse(bytes.toString('utf8')) as unknown };
}

/** Names ending in `[]` are lists. */
async function fields(form: FormData): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of form) {
    const read = typeof value === 'string' ? value : await readPart(value);
    if (!name.endsWith('[]')) found[name] = read;
    else found[name.slice(0, -2)] = [...((found[name.slice(0, -2)] ?? []) as unknown[]), read];
  }
  return found;
}

/** A part that says it is JSON is a field, whatever else it calls itself. */
async function readPart(part: File): Promise<unknown> {
  const bytes = Buffer.from(await part.arrayBuffer());
  if (part.type === 'application/json') return JSON.parse(bytes.toString('utf8')) as unknown;
  return { fileName: part.name, contentType: part.type, bytes } satisfies FakeUpload;
}
