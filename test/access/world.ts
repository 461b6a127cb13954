import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { type FakeOpenAi, startFakeOpenAi } from '#ai/testing';
import { loadConfig } from '#core/config';
import { ALL_PERMISSIONS, type Permission, type Role, ROLES } from '#core/http';
import { FileStorage } from '#core/storage';
import { createTestDatabase, FileServer, formOf, type TestDatabase } from '#core/testing';
import { createApi } from '../../apps/api/src/create-api.js';
import { StripeServer } from '../../libs/billing/src/testing/index.js';
import { PASSWORD } from '../support/agency.js';
import { PIXEL } from './pixel.js';
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

/** Everything of one organization that a route can be asked for by id. */
export interface Belongings {
  organizationId: string;
  [id: string]: string;
}

/** The API on a database of its own, with an organization, a foreign one and a suspended one, and somebody of every kind. */
export class World {
  readonly people = new Map<Role | 'stranger' | 'operator', PersonCaller>();
  readonly scopeKeys = new Map<Permission | 'none', Caller>();
  homeId = '';
  suspendedId = '';
  foreign: Belongings = { organizationId: '' };
  sent = 0;

  private constructor(
    readonly app: NestFastifyApplication,
    private readonly database: TestDatabase,
    private readonly owner: pg.Client,
    private readonly dataDirectory: string,
    /** The provider that keys are tested with. */
    readonly provider: FakeOpenAi,
    /** Who collects payments. */
    readonly stripe: StripeServer,
    /** Where files are fetched from. */
    readonly elsewhere: FileServer,
  ) {}

  static async start(): Promise<World> {
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
        OUTBOUND_ALLOWED_HOSTS: '127.0.0.1',
        ...stripe.environment,
      }),
    );
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    const world = new World(app, database, owner, dataDirectory, provider, stripe, elsewhere);
    await world.populate();
    return world;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.provider.close();
    await this.stripe.stop();
    await this.elsewhere.stop();
    await this.owner.end();
    await this.database.drop();
    await rm(this.dataDirectory, { recursive: true, force: true });
  }

  /** Runs SQL as the database's owner. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.owner.query<Row>(text, values)).rows;
  }

  /** The person of a role, or another one, at home. */
  person(kind: Role | 'stranger' | 'operator'): PersonCaller {
    const person = this.people.get(kind);
    if (!person) throw new Error(`Nobody is ${kind}`);
    return person;
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

  /** An organization on the free plan. */
  async makeFreeOrganization(ownerId: string): Promise<string> {
    const id = randomUUID();
    await this.sql(`select private.create_organization($1, $2, 'Agência', $3)`, [id, ownerId, `agencia-${id}`]);
    return id;
  }

  /** An organization of its own for something that ends it, with the same people in the same roles. */
  async makeOrganization(members: { userId: string; role: Role }[]): Promise<string> {
    const owner = members.find(({ role }) => role === 'owner') ?? (await this.register());
    const id = await this.makeFreeOrganization(owner.userId);
    await this.sql(`select private.set_plan($1, 'business')`, [id]);
    for (const { userId, role } of members.filter((member) => member !== owner)) {
      await this.sql('insert into organization_members (organization_id, user_id, role) values ($1, $2, $3)', [
        id,
        userId,
        role,
      ]);
    }
    return id;
  }

  /** A copy of home: another organization with its people in their roles. */
  makeTwin(): Promise<string> {
    return this.makeOrganization(ROLES.map((role) => ({ userId: this.person(role).userId, role })));
  }

  async makeKey(
    organizationId: string,
    scopes: string[],
    mode: 'live' | 'test' = 'live',
    by: Caller = this.person('owner'),
  ): Promise<Caller & { id: string }> {
    const answer = await this.send(
      {
        method: 'POST',
        url: `/api/organizations/${organizationId}/api-keys`,
        body: { name: 'Key', mode, scopes: scopes.length > 0 ? scopes : ['jobs:read'] },
      },
      { ...by, organizationId },
    );
    const { id, key } = answer.body as { id: string; key: string };
    if (answer.status !== 201) throw new Error(`createApiKey answered ${JSON.stringify(answer.body)}`);
    if (scopes.length === 0) await this.sql(`update api_keys set scopes = '{}' where id = $1`, [id]);
    return { key, organizationId, id };
  }

  async makeInvitation(organizationId: string, email: string, caller: Caller): Promise<string> {
    const answer = await this.send(
      { method: 'POST', url: `/api/organizations/${organizationId}/invitations`, body: { email, role: 'viewer' } },
      caller,
    );
    if (answer.status !== 201) throw new Error(`createInvitation answered ${JSON.stringify(answer.body)}`);
    return (answer.body as { id: string }).id;
  }

  async makeJob(caller: Caller): Promise<string> {
    const answer = await this.send(
      { method: 'POST', url: '/api/ai/jobs', body: { model: 'sandbox/image', input: { prompt: 'um farol' } } },
      caller,
    );
    if (answer.status !== 202) throw new Error(`createJob answered ${JSON.stringify(answer.body)}`);
    return (answer.body as { id: string }).id;
  }

  makeProject(caller: Caller): Promise<string> {
    return this.make('/api/studio/projects', { name: 'Projeto' }, caller);
  }

  makePreset(caller: Caller): Promise<string> {
    const body = { name: 'Preset', model: 'sandbox/image', input: { size: '1024x1024' }, shared: true };
    return this.make('/api/studio/presets', body, caller);
  }

  makeBrandKit(caller: Caller): Promise<string> {
    return this.make('/api/studio/brand-kits', { name: 'Marca' }, caller);
  }

  async makeShareLink(caller: Caller, generationId?: string): Promise<string> {
    const generationIds = [generationId ?? (await this.makeGeneration(caller))];
    return this.make('/api/studio/share-links', { generationIds }, caller);
  }

  /** A generated file of a job, as a worker writes it. @param content absent: there is nothing behind its path */
  async makeGeneration(caller: Caller, projectId: string | null = null, content?: Buffer): Promise<string> {
    const jobId = await this.makeJob(caller);
    if (content) await this.app.get(FileStorage).put(`${caller.organizationId}/a.png`, content);
    const [generation] = await this.sql<{ id: string }>(
      `insert into generations (job_id, organization_id, project_id, ordinal, type, mime_type, bytes, sha256, storage_path, prompt, model)
       values ($1, $2::uuid, $3, 0, 'image', 'image/png', 1, repeat('a', 64), $2::text || '/a.png', 'um farol', 'sandbox/image') returning id`,
      [jobId, caller.organizationId, projectId],
    );
    return generation?.id ?? '';
  }

  async makeAsset(caller: Caller): Promise<string> {
    const { body: payload, headers } = formOf([{ content: PIXEL }]);
    const answer = await this.send({ method: 'POST', url: '/api/ai/assets', payload, headers }, caller);
    if (answer.status !== 201) throw new Error(`createAsset answered ${JSON.stringify(answer.body)}`);
    return (answer.body as { id: string }).id;
  }

  /** Something that is made by one request and has an id. */
  async make(url: string, body: object, caller: Caller): Promise<string> {
    const answer = await this.send({ method: 'POST', url, body }, caller);
    if (answer.status !== 201) throw new Error(`POST ${url} answered ${JSON.stringify(answer.body)}`);
    return (answer.body as { id: string }).id;
  }

  /** An own key of the organization with the provider; an older one makes room. */
  async makeProviderKey(caller: Caller): Promise<string> {
    await this.sql('delete from provider_api_keys where organization_id = $1', [caller.organizationId]);
    const body = { provider: 'openai', name: 'Key', secret: this.provider.apiKey };
    const answer = await this.send({ method: 'POST', url: '/api/ai/provider-keys', body }, caller);
    if (answer.status !== 201) throw new Error(`createProviderKey answered ${JSON.stringify(answer.body)}`);
    return (answer.body as { id: string }).id;
  }

  /** The organization's own budget; an older one makes room. */
  async makeBudget(caller: Caller): Promise<string> {
    await this.sql('delete from budgets where organization_id = $1', [caller.organizationId]);
    const body = { scope: 'organization', monthlyCredits: 50_000 };
    const answer = await this.send({ method: 'POST', url: '/api/billing/budgets', body }, caller);
    if (answer.status !== 201) throw new Error(`createBudget answered ${JSON.stringify(answer.body)}`);
    return (answer.body as { id: string }).id;
  }

  /** An open invoice for a credit pack. */
  async makeInvoice(caller: Caller): Promise<string> {
    const body = { packId: 'pack-10k' };
    const answer = await this.send({ method: 'POST', url: '/api/billing/top-ups', body }, caller);
    if (answer.status !== 201) throw new Error(`buyCredits answered ${JSON.stringify(answer.body)}`);
    return (answer.body as { invoice: { id: string } }).invoice.id;
  }

  /** Has an operator mark an invoice paid; its payment. */
  async payInvoice(invoiceId: string): Promise<string> {
    const operator = { ...this.person('operator'), organizationId: '' };
    const url = `/api/admin/invoices/${invoiceId}/pay`;
    const answer = await this.send({ method: 'POST', url, body: { method: 'cash' } }, operator);
    if (answer.status !== 200) throw new Error(`markInvoicePaid answered ${JSON.stringify(answer.body)}`);
    const [payment] = await this.sql<{ id: string }>('select id from payments where invoice_id = $1', [invoiceId]);
    return payment?.id ?? '';
  }

  /** A new person's organization on a paid plan. */
  async makeSubscriber(plan = 'starter'): Promise<Caller> {
    const boss = await this.register();
    const caller = { ...boss, organizationId: await this.makeFreeOrganization(boss.userId) };
    const order = await this.send({ method: 'POST', url: '/api/billing/subscription', body: { plan } }, caller);
    if (order.status !== 200) throw new Error(`subscribe answered ${JSON.stringify(order.body)}`);
    await this.payInvoice((order.body as { checkout: { invoice: { id: string } } }).checkout.invoice.id);
    return caller;
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

  private async populate(): Promise<void> {
    for (const kind of [...ROLES, 'stranger', 'operator'] as const) this.people.set(kind, await this.register());
    await this.sql('update users set is_operator = true where id = $1', [this.person('operator').userId]);
    this.homeId = await this.makeTwin();
    this.suspendedId = await this.makeTwin();
    for (const person of this.people.values()) person.organizationId = this.homeId;
    for (const scope of ALL_PERMISSIONS) this.scopeKeys.set(scope, await this.makeKey(this.homeId, [scope]));
    this.scopeKeys.set('none', await this.makeKey(this.homeId, []));
    await this.untilOperatorIsKnown();
    this.foreign = await this.populateForeign();
  }

  /** Who somebody is, is remembered for some seconds. */
  private async untilOperatorIsKnown(): Promise<void> {
    const nobody = `organizationId=${randomUUID()}`;
    const ask = () =>
      this.send(
        { method: 'GET', url: `/api/admin/audit/verify?${nobody}` },
        { token: this.person('operator').token, organizationId: '' },
      );
    while ((await ask()).status === 403) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  /** Somebody else's organization, with something of every kind. */
  private async populateForeign(): Promise<Belongings> {
    const boss = await this.register();
    const organizationId = await this.makeOrganization([{ userId: boss.userId, role: 'owner' }]);
    const caller = { ...boss, organizationId };
    const key = await this.send(
      {
        method: 'POST',
        url: `/api/organizations/${organizationId}/api-keys`,
        body: { name: 'Foreign key', mode: 'live', scopes: [...ALL_PERMISSIONS] },
      },
      caller,
    );
    const quote = await this.send(
      { method: 'POST', url: '/api/ai/quotes', body: { model: 'sandbox/image', input: { prompt: 'um farol' } } },
      caller,
    );
    const projectId = await this.makeProject(caller);
    const generationId = await this.makeGeneration(caller, projectId);
    const [session] = await this.sql<{ id: string }>('select id from identity.sessions where user_id = $1', [
      boss.userId,
    ]);
    const [line] = await this.sql<{ id: string }>('select id from audit_logs where organization_id = $1', [
      organizationId,
    ]);
    const invoiceId = await this.makeInvoice(caller);
    const paymentId = await this.payInvoice(invoiceId);
    const assetId = await this.makeAsset(caller);
    return {
      invoiceId,
      paymentId,
      organizationId,
      userId: boss.userId,
      actorId: boss.userId,
      apiKeyId: (key.body as { id: string }).id,
      foreignKey: (key.body as { key: string }).key,
      quoteId: (quote.body as { id: string }).id,
      invitationId: await this.makeInvitation(organizationId, `guest-${randomUUID()}@example.com`, caller),
      jobId: await this.makeJob(caller),
      assetId,
      logoAssetId: assetId,
      providerKeyId: await this.makeProviderKey(caller),
      budgetId: await this.makeBudget(caller),
      subjectId: boss.userId,
      projectId,
      generationId,
      coverGenerationId: generationId,
      presetId: await this.makePreset(caller),
      brandKitId: await this.makeBrandKit(caller),
      shareLinkId: await this.makeShareLink(caller, generationId),
      sessionId: session?.id ?? '',
      auditLogId: line?.id ?? '',
    };
  }
}

/** Of a problem document, or of an error in OpenAI's shape. */
function codeOf({ code, error }: { code?: string; error?: { platform_code?: string } }): string | undefined {
  return error?.platform_code ?? code;
}
