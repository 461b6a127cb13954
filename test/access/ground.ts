import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { type FakeOpenAi, startFakeOpenAi } from '#ai/testing';
import { loadConfig } from '#core/config';
import { createTestDatabase, FileServer, type TestDatabase } from '#core/testing';
import { createApi } from '../../apps/api/src/create-api.js';
import { StripeServer } from '../../libs/billing/src/testing/index.js';
import { PASSWORD } from '../support/agency.js';
import type { Route } from './routes.js';

/** Who asks, and in which organization. */
export interface Caller {
  token?: string;
  key?: string;
  /** Sent as X-Organization-Id, and put into paths. */
  organizationId: string;
}

export interface PersonCaller extends Caller {
  userId: string;
  email: string;
  token: string;
  refreshToken: string;
}

export interface Answer {
  status: number;
  code: string | undefined;
  requestId: string;
  body: unknown;
}

export interface Request {
  method: string;
  url: string;
  query?: Record<string, string>;
  body?: unknown;
  payload?: Buffer;
  headers?: Record<string, string>;
}

/** The API and what it stands on: a database of its own and the servers it speaks to. */
interface Servers {
  app: NestFastifyApplication;
  database: TestDatabase;
  /** Signed in as the database's owner. */
  owner: pg.Client;
  dataDirectory: string;
  /** The provider that keys are tested with. */
  provider: FakeOpenAi;
  /** Who collects payments. */
  stripe: StripeServer;
  /** Where files are fetched from. */
  elsewhere: FileServer;
}

export async function startServers(): Promise<Servers> {
  const [database, dataDirectory, provider, stripe, elsewhere] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'base-access-')),
    startFakeOpenAi(),
    StripeServer.start(),
    FileServer.start(),
  ]);
  const app = await createApi(
    loadConfig({
      NODE_ENV: 'test',
      DATABASE_URL: database.apiUrl,
      LOG_LEVEL: 'silent',
      APP_SECRET: 'a secret for tests, long enough to be taken',
      DATA_DIR: dataDirectory,
      RATE_LIMIT_FACTOR: '100000',
      OPENAI_BASE_URL: provider.baseUrl,
      CUSTOMER_ADDRESSES_ALLOWED_HOSTS: '127.0.0.1',
      ...stripe.environment,
    }),
  );
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  return { app, database, owner, dataDirectory, provider, stripe, elsewhere };
}

/** Ways to ask an API, and to look behind it; nobody is there yet. */
export class Ground {
  sent = 0;

  constructor(readonly servers: Servers) {}

  get app(): NestFastifyApplication {
    return this.servers.app;
  }

  async stop(): Promise<void> {
    const { app, database, owner, dataDirectory, provider, stripe, elsewhere } = this.servers;
    await app.close();
    await provider.close();
    await stripe.stop();
    await elsewhere.stop();
    await owner.end();
    await database.drop();
    await rm(dataDirectory, { recursive: true, force: true });
  }

  /** Runs SQL as the database's owner. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.servers.owner.query<Row>(text, values)).rows;
  }

  async send(request: Request, caller?: Caller): Promise<Answer> {
    this.sent++;
    const answer = await this.app.inject({
      method: request.method as 'GET',
      url: request.url,
      query: request.query ?? {},
      // Attempts are counted by address: everybody comes from somewhere else.
      remoteAddress: `198.18.${randomBytes(2).join('.')}`,
      headers: {
        ...(caller?.token ? { authorization: `Bearer ${caller.token}` } : {}),
        ...(caller?.key ? { 'x-api-key': caller.key } : {}),
        ...(caller?.organizationId ? { 'x-organization-id': caller.organizationId } : {}),
        ...request.headers,
      },
      payload: request.payload ?? (request.body as object | undefined),
    });
    const isJson = String(answer.headers['content-type']).includes('json');
    const body = isJson && answer.body !== '' ? (JSON.parse(answer.body) as Record<string, unknown>) : answer.body;
    return {
      status: answer.statusCode,
      code: typeof body === 'object' ? codeOf(body) : undefined,
      requestId: String(answer.headers['x-request-id']),
      body,
    };
  }

  /** The URL of a route; ids that are not given belong to nothing. */
  url(route: Route, ids: Record<string, string>): string {
    return route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? randomUUID()));
  }

  /** A new person who belongs nowhere. */
  async register(name = 'Pessoa de Teste'): Promise<PersonCaller> {
    const email = `person-${randomUUID()}@example.com`;
    const answer = await this.send({
      method: 'POST',
      url: '/api/auth/register',
      body: { email, password: PASSWORD, name },
    });
    const body = answer.body as { accessToken: string; refreshToken: string; user: { id: string } };
    if (answer.status !== 201) throw new Error(`register answered ${answer.status} ${JSON.stringify(body)}`);
    return {
      userId: body.user.id,
      email,
      token: body.accessToken,
      refreshToken: body.refreshToken,
      organizationId: '',
    };
  }

  /** Something that is made by one request, which answers it. @throws when it is refused */
  async make<Made>(url: string, body: object, caller: Caller): Promise<Made> {
    const answer = await this.send({ method: 'POST', url, body }, caller);
    if (answer.status >= 300) throw new Error(`POST ${url} answered ${JSON.stringify(answer.body)}`);
    return answer.body as Made;
  }

  /** @returns the id of what one request makes */
  async makeId(url: string, body: object, caller: Caller): Promise<string> {
    return (await this.make<{ id: string }>(url, body, caller)).id;
  }

  /** The secret of the newest link that was mailed to an address. */
  async mailedToken(email: string, template: string): Promise<string> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const [mail] = await this.sql<{ url: string }>(
        `select data ->> 'url' as url from outbound_mails where recipient = $1 and template = $2 order by id desc limit 1`,
        [email, template],
      );
      if (mail) return mail.url.split('#token=')[1] ?? '';
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`No mail ${template} to ${email}`);
  }

  /** What an organization has in every tenant table, as one text: unequal when anything was changed. */
  async fingerprint(organizationId: string): Promise<string> {
    const tables = await this.sql<{ name: string }>(
      `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname not in ('audit_chains') order by 1`,
    );
    const contents: unknown[] = [];
    for (const { name } of tables) {
      const volatile = name === 'api_keys' ? `- 'last_used_at' - 'last_used_ip' - 'updated_at'` : '';
      const rows = await this.sql<{ content: string | null }>(
        `select string_agg(((to_jsonb(t) ${volatile})::text), ',' order by to_jsonb(t)::text) as content from public.${name} t where organization_id = $1`,
        [organizationId],
      );
      contents.push([name, rows[0]?.content]);
    }
    const [organization] = await this.sql('select to_jsonb(o) from organizations o where id = $1', [organizationId]);
    return createHash('sha256')
      .update(JSON.stringify([contents, organization]))
      .digest('hex');
  }
}

/** Of a problem document, or of an error in OpenAI's shape. */
function codeOf({ code, error }: { code?: string; error?: { platform_code?: string } }): string | undefined {
  return error?.platform_code ?? code;
}
