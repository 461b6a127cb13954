import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { FileStore } from '@tus/file-store';
import { Server as TusServer } from '@tus/server';
import { rangeOf } from '#core/testing';

const SECRET_KEY = 'sb_secret_fake';
const BUCKET = 'files';
const RESUMABLE = '/storage/v1/upload/resumable';
/** Hosted projects take no larger request, and resumable uploads in chunks of exactly this. */
const CHUNK_BYTES = 6 * 1024 ** 2;

/** A gateway's 503, the 400 that Supabase makes of a database that did not answer in time, a throttle, or no answer at all. */
export type SupabaseFault = 'unavailable' | 'database_timeout' | 'throttled' | 'silent';

/** One private bucket that speaks Supabase Storage's REST interface and TUS on loopback. */
export class FakeSupabaseStorage {
  readonly objects = new Map<string, { content: Buffer; modifiedAt: Date }>();
  /** Nothing more is taken. */
  full = false;
  /** What the next requests meet instead of an answer, first come first. */
  readonly faults: SupabaseFault[] = [];
  private readonly links = new Map<string, { key: string; until: number }>();
  readonly asked: string[] = [];

  private constructor(
    private readonly server: HttpServer,
    private readonly directory: string,
    private readonly tus: TusServer,
  ) {}

  static async start(): Promise<FakeSupabaseStorage> {
    const directory = await mkdtemp(join(tmpdir(), 'base-tus-'));
    const server = createServer();
    const tus = new TusServer({
      path: RESUMABLE,
      datastore: new FileStore({ directory }),
      respectForwardedHeaders: false,
      onUploadFinish: async (_request, { id, metadata }) => {
        fake.keep(metadata?.['objectName'] ?? '', await readFile(join(directory, id)));
        return {};
      },
    });
    const fake = new FakeSupabaseStorage(server, directory, tus);
    server.on('request', (request, response) => void fake.serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return fake;
  }

  get settings() {
    const { port } = this.server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, secretKey: SECRET_KEY, bucket: BUCKET };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    await rm(this.directory, { recursive: true, force: true });
  }

  private keep(key: string, content: Buffer): void {
    this.objects.set(key, { content, modifiedAt: new Date() });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    this.asked.push(`${request.method} ${url.pathname.split('/')[3]}`);
    const fault = this.faults.shift();
    if (fault) {
      await buffer(request).catch(() => undefined);
      failWith(response, fault);
      return;
    }
    const linked = url.searchParams.get('token');
    if (linked === null && request.headers.authorization !== `Bearer ${SECRET_KEY}`) {
      answer(response, 400, { statusCode: '403', error: 'Unauthorized', message: 'Invalid Compact JWS' });
      return;
    }
    if (url.pathname.startsWith(RESUMABLE)) {
      if (Number(request.headers['content-length'] ?? 0) > CHUNK_BYTES) answer(response, 413, { message: 'too large' });
      else await this.tus.handle(request, response);
      return;
    }
    const body = await buffer(request).catch(() => undefined);
    if (body) this.rest(request, response, url, body);
  }

  private rest(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void {
    const [, , , area = '', kind = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const key = (kind === BUCKET ? rest : rest.slice(1)).join('/');
    if (area === 'bucket') answer(response, 200, { id: BUCKET, name: BUCKET, public: false });
    else if (request.method === 'DELETE') {
      const { prefixes } = JSON.parse(body.toString()) as { prefixes: string[] };
      for (const one of prefixes) this.objects.delete(one);
      answer(response, 200, []);
    } else if (request.method === 'POST' && kind === 'sign') {
      const token = randomUUID();
      const { expiresIn } = JSON.parse(body.toString()) as { expiresIn: number };
      if (!this.objects.has(key)) missing(response);
      else {
        this.links.set(token, { key, until: Date.now() + expiresIn * 1000 });
        answer(response, 200, { signedURL: `/object/sign/${BUCKET}/${key}?token=${token}` });
      }
    } else if (request.method === 'POST' || request.method === 'PUT') {
      if (this.full) {
        answer(response, 507, { statusCode: '507', error: 'InsufficientStorage', message: 'no space left' });
        return;
      }
      if (body.length > CHUNK_BYTES) {
        answer(response, 400, { statusCode: '413', error: 'Payload too large', message: 'too large' });
        return;
      }
      this.keep(key, body);
      answer(response, 200, { Key: `${BUCKET}/${key}`, Id: randomUUID() });
    } else this.read(request, response, url, kind, key);
  }

  private read(request: IncomingMessage, response: ServerResponse, url: URL, kind: string, key: string): void {
    const link = this.links.get(url.searchParams.get('token') ?? '');
    const open = kind !== 'sign' || (link?.key === key && link.until > Date.now());
    const found = open ? this.objects.get(key) : undefined;
    if (!found) missing(response);
    else if (kind === 'info') {
      const at = found.modifiedAt.toISOString();
      answer(response, 200, {
        id: randomUUID(),
        name: key,
        size: found.content.length,
        created_at: at,
        last_modified: at,
      });
    } else {
      const [part, headers] = rangeOf(found.content, request.headers.range);
      const download = url.searchParams.get('download');
      response.writeHead(request.headers.range ? 206 : 200, {
        ...headers,
        ...(download === null
          ? {}
          : { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(download)}` }),
      });
      response.end(part);
    }
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function failWith(response: ServerResponse, fault: SupabaseFault): void {
  const timedOut = { error: 'DatabaseTimeout', message: 'The connection to the database timed out' };
  if (fault === 'unavailable') answer(response, 503, { statusCode: '503', ...timedOut });
  else if (fault === 'database_timeout') answer(response, 400, { statusCode: '544', ...timedOut });
  else if (fault === 'throttled') {
    response.setHeader('retry-after', '1');
    answer(response, 429, { statusCode: '429', error: 'too_many_requests', message: 'Too many requests' });
  }
}

function missing(response: ServerResponse): void {
  answer(response, 400, { statusCode: '404', error: 'not_found', message: 'Object not found' });
}
