import { randomUUID } from 'node:crypto';
import { ALL_PERMISSIONS, type Permission, type Role, ROLES } from '#core/http';
import { FileStorage } from '#core/storage';
import { formOf } from '#core/testing';
import { type Caller, Ground, type PersonCaller, startServers } from './ground.js';
import { PIXEL } from './pixel.js';

/** Everything of one organization that a route can be asked for by id. */
export interface Belongings {
  organizationId: string;
  [id: string]: string;
}

/** An API with an organization, a foreign one and a suspended one, and somebody of every kind. */
export class World extends Ground {
  readonly people = new Map<Role | 'stranger' | 'operator', PersonCaller>();
  readonly scopeKeys = new Map<Permission | 'none', Caller>();
  homeId = '';
  suspendedId = '';
  foreign: Belongings = { organizationId: '' };

  static async start(): Promise<World> {
    const world = new World(await startServers());
    await world.populate();
    return world;
  }

  /** The person of a role, or another one, at home. */
  person(kind: Role | 'stranger' | 'operator'): PersonCaller {
    const person = this.people.get(kind);
    if (!person) throw new Error(`Nobody is ${kind}`);
    return person;
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
    const { id, key } = await this.make<{ id: string; key: string }>(
      `/api/organizations/${organizationId}/api-keys`,
      { name: 'Key', mode, scopes: scopes.length > 0 ? scopes : ['jobs:read'] },
      { ...by, organizationId },
    );
    if (scopes.length === 0) await this.sql(`update api_keys set scopes = '{}' where id = $1`, [id]);
    return { key, organizationId, id };
  }

  makeInvitation(organizationId: string, email: string, caller: Caller): Promise<string> {
    return this.makeId(`/api/organizations/${organizationId}/invitations`, { email, role: 'viewer' }, caller);
  }

  makeJob(caller: Caller): Promise<string> {
    return this.makeId('/api/ai/jobs', { model: 'sandbox/image', input: { prompt: 'um farol' } }, caller);
  }

  makeProject(caller: Caller): Promise<string> {
    return this.makeId('/api/studio/projects', { name: 'Projeto' }, caller);
  }

  makePreset(caller: Caller): Promise<string> {
    const body = { name: 'Preset', model: 'sandbox/image', input: { size: '1024x1024' }, shared: true };
    return this.makeId('/api/studio/presets', body, caller);
  }

  makeBrandKit(caller: Caller): Promise<string> {
    return this.makeId('/api/studio/brand-kits', { name: 'Marca' }, caller);
  }

  async makeShareLink(caller: Caller, generationId?: string): Promise<string> {
    const generationIds = [generationId ?? (await this.makeGeneration(caller))];
    return this.makeId('/api/studio/share-links', { generationIds }, caller);
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

  /** An own key of the organization with the provider; an older one makes room. */
  async makeProviderKey(caller: Caller): Promise<string> {
    await this.sql('delete from provider_api_keys where organization_id = $1', [caller.organizationId]);
    const { apiKey: secret } = this.servers.provider;
    return this.makeId('/api/ai/provider-keys', { provider: 'openai', name: 'Key', secret }, caller);
  }

  /** The organization's own budget; an older one makes room. */
  async makeBudget(caller: Caller): Promise<string> {
    await this.sql('delete from budgets where organization_id = $1', [caller.organizationId]);
    return this.makeId('/api/billing/budgets', { scope: 'organization', monthlyCredits: 50_000 }, caller);
  }

  /** An open invoice for a credit pack. */
  async makeInvoice(caller: Caller): Promise<string> {
    const body = { packId: 'pack-10k' };
    return (await this.make<{ invoice: { id: string } }>('/api/billing/top-ups', body, caller)).invoice.id;
  }

  /** A message that was given up. */
  async makeDeadLetter(): Promise<string> {
    const [letter] = await this.sql<{ id: string }>(
      `insert into dead_letters (queue, name, payload, error) values ('maintenance', 'ai.make-previews', '{}', 'for a test') returning id`,
    );
    return letter?.id ?? '';
  }

  /** Has an operator mark an invoice paid; its payment. */
  async payInvoice(invoiceId: string): Promise<string> {
    const operator = { ...this.person('operator'), organizationId: '' };
    await this.make(`/api/admin/invoices/${invoiceId}/pay`, { method: 'cash' }, operator);
    const [payment] = await this.sql<{ id: string }>('select id from payments where invoice_id = $1', [invoiceId]);
    return payment?.id ?? '';
  }

  /** A new person's organization on a paid plan. */
  async makeSubscriber(plan = 'starter'): Promise<Caller> {
    const boss = await this.register();
    const caller = { ...boss, organizationId: await this.makeFreeOrganization(boss.userId) };
    const { checkout } = await this.make<{ checkout: { invoice: { id: string } } }>(
      '/api/billing/subscription',
      { plan },
      caller,
    );
    await this.payInvoice(checkout.invoice.id);
    return caller;
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
    const key = await this.makeKey(organizationId, [...ALL_PERMISSIONS], 'live', caller);
    const prompt = { model: 'sandbox/image', input: { prompt: 'um farol' } };
    const quoteId = await this.makeId('/api/ai/quotes', prompt, caller);
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
      apiKeyId: key.id,
      foreignKey: key.key ?? '',
      quoteId,
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
