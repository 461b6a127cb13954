import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const MIN_PART_BYTES = 5 * 1024 ** 2;
const ACCESS_KEY_ID = 'AKIAFAKE';
const SECRET = 'a secret of the fake bucket';
const BUCKET = 'files';

interface StoredObject {
  content: Buffer;
  modifiedAt: Date;
}

/**
 * One bucket that speaks S3 on loopback: objects, ranges, multipart uploads, links. Signatures (Signature Version 4) and
 * checksums of bodies are verified as the service does.
 */
export class FakeS3 {
  readonly objects = new Map<string, StoredObject>();
  /** Nothing more is taken. */
  full = false;
  /** So many of the next requests get no answer. */
  silentRequests = 0;
  private readonly uploads = new Map<string, { key: string; parts: Map<number, Buffer> }>();
  /** `METHOD query` of every request, in their order. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeS3> {
    const server = createServer();
    const fake = new FakeS3(server);
    server.on('request', (request, response) => void fake.serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return fake;
  }

  get settings() {
    const { port } = this.server.address() as AddressInfo;
    return {
      ...{ bucket: BUCKET, region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true },
      ...{ accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET },
    };
  }

  /** Uploads that were begun and neither finished nor given up. */
  get openUploads(): number {
    return this.uploads.size;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    this.asked.push(`${request.method} ${url.searchParams.get('x-id') ?? ''}`);
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    if (this.silentRequests > 0) {
      this.silentRequests -= 1;
      return;
    }
    const fault = signatureFault(request, url, body);
    if (fault) {
      refuse(response, 403, fault);
      return;
    }
    const key = decodeURIComponent(url.pathname.slice(`/${BUCKET}/`.length));
    if (key === '') response.writeHead(200).end();
    else if (url.searchParams.has('uploads') || url.searchParams.has('uploadId'))
      this.multipart(request, response, url, key, body);
    else this.object(request, response, url, key, body);
  }

  private object(request: IncomingMessage, response: ServerResponse, url: URL, key: string, body: Buffer): void {
    if (request.method === 'PUT' && this.full) {
      refuse(response, 507, 'XMinioStorageFull');
      return;
    }
    if (request.method === 'PUT') {
      this.objects.set(key, { content: body, modifiedAt: new Date() });
      response.writeHead(200, { etag: '"x"' }).end();
      return;
    }
    if (request.method === 'DELETE') {
      this.objects.delete(key);
      response.writeHead(204).end();
      return;
    }
    const found = this.objects.get(key);
    if (!found) {
      refuse(response, 404, 'NoSuchKey');
      return;
    }
    const [part, headers] = rangeOf(found.content, request.headers.range);
    const disposition = url.searchParams.get('response-content-disposition');
    response.writeHead(request.headers.range ? 206 : 200, {
      ...headers,
      'last-modified': found.modifiedAt.toUTCString(),
      ...(disposition ? { 'content-disposition': disposition } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : part);
  }

  private multipart(request: IncomingMessage, response: ServerResponse, url: URL, key: string, body: Buffer): void {
    const id = url.searchParams.get('uploadId') ?? '';
    if (request.method === 'POST' && url.searchParams.has('uploads')) {
      const uploadId = randomUUID();
      this.uploads.set(uploadId, { key, parts: new Map() });
      xml(response, `<InitiateMultipartUploadResult><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`);
      return;
    }
    const upload = this.uploads.get(id);
    if (!upload) refuse(response, 404, 'NoSuchUpload');
    else if (request.method === 'PUT') {
      upload.parts.set(Number(url.searchParams.get('partNumber')), body);
      response.writeHead(200, { etag: `"${createHash('md5').update(body).digest('hex')}"` }).end();
    } else if (request.method === 'DELETE') {
      this.uploads.delete(id);
      response.writeHead(204).end();
    } else {
      const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
      this.uploads.delete(id);
      if (parts.slice(0, -1).some(({ length }) => length < MIN_PART_BYTES)) {
        refuse(response, 400, 'EntityTooSmall');
        return;
      }
      this.objects.set(key, { content: Buffer.concat(parts), modifiedAt: new Date() });
      xml(response, `<CompleteMultipartUploadResult><Key>${key}</Key><ETag>"x"</ETag></CompleteMultipartUploadResult>`);
    }
  }
}

/** What is read of a file under a Range header. */
export function rangeOf(content: Buffer, header: string | undefined): [Buffer, Record<string, string | number>] {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined) return [content, { 'content-length': content.length, 'accept-ranges': 'bytes' }];
  const end = to ? Math.min(Number(to), content.length - 1) : content.length - 1;
  const part = content.subarray(Number(from), end + 1);
  return [part, { 'content-length': part.length, 'content-range': `bytes ${from}-${end}/${content.length}` }];
}

function xml(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
}

/** Signature Version 4, in the header or (for links) in the query. @returns the code of the refusal */
function signatureFault(request: IncomingMessage, url: URL, body: Buffer): string | undefined {
  const query = url.searchParams;
  const linked = query.has('X-Amz-Signature');
  const header = request.headers.authorization ?? '';
  const told = (name: string) => new RegExp(`${name}=([^,]+)`).exec(header)?.[1] ?? '';
  const credential = (linked ? query.get('X-Amz-Credential') : told('Credential')) ?? '';
  const signedHeaders = (linked ? query.get('X-Amz-SignedHeaders') : told('SignedHeaders')) ?? '';
  const signature = (linked ? query.get('X-Amz-Signature') : told('Signature')) ?? '';
  const date = (linked ? query.get('X-Amz-Date') : String(request.headers['x-amz-date'])) ?? '';
  const [keyId = '', ...scope] = credential.split('/');
  if (keyId !== ACCESS_KEY_ID) return 'InvalidAccessKeyId';
  const hash = linked ? 'UNSIGNED-PAYLOAD' : String(request.headers['x-amz-content-sha256']);
  if (/^[0-9a-f]{64}$/.test(hash) && hash !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const canonicalQuery = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const canonicalHeaders = signedHeaders
    .split(';')
    .map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
    .join('');
  const canonical = [request.method, url.pathname, canonicalQuery, canonicalHeaders, signedHeaders, hash].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(Buffer.from(canonical))].join('\n');
  const key = scope.reduce((secret: Buffer, part) => hmac(secret, part), Buffer.from(`AWS4${SECRET}`));
  const expected = hmac(key, text).toString('hex');
  const same = expected.length === signature.length && timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
  if (!same) return 'SignatureDoesNotMatch';
  const expired = linked && Date.parse(isoOf(date)) + Number(query.get('X-Amz-Expires')) * 1000 < Date.now();
  return expired ? 'AccessDenied' : undefined;
}

function isoOf(date: string): string {
  return date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
