import { createHmac, randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { formOf } from '#core/testing';
import { PASSWORD } from '../support/agency.js';
import { PIXEL } from './pixel.js';
import { exampleOf, type Route } from './routes.js';
import type { Caller, Request } from './ground.js';
import type { World } from './world.js';

/** A request that succeeds, and who sends it. */
export interface Attempt {
  caller?: Caller;
  /** Path parameters; the organization is the caller's. */
  ids?: Record<string, string>;
  body?: unknown;
  payload?: Buffer;
  headers?: Record<string, string>;
}

type Scenario = (world: World) => Promise<Attempt>;

/** A new person. */
const somebody: Scenario = async (world) => ({ caller: await world.register() });

/** What an operator does to the credits of home. */
const correction =
  (body: object): Scenario =>
  (world) =>
    Promise.resolve({
      caller: operatorOf(world),
      ids: { organizationId: world.homeId },
      body: { ...body, reason: 'Agreed by mail' },
    });

/** A new person who sends their password, and more. */
const withPassword =
  (more: object = {}): Scenario =>
  async (world) => ({ caller: await world.register(), body: { password: PASSWORD, ...more } });

/** The owner of a new organization, and a member of it in the path or body. */
const withMember =
  (body: (userId: string) => object | undefined): Scenario =>
  async (world) => {
    const organizationId = await world.makeTwin();
    const { userId } = world.person('viewer');
    return { caller: { ...world.person('owner'), organizationId }, ids: { userId }, body: body(userId) };
  };

const withKey: Scenario = async (world) => {
  const { id } = await world.makeKey(world.homeId, ['jobs:read']);
  return { caller: world.person('owner'), ids: { apiKeyId: id } };
};

/** A new person with the link of an invitation. */
const invited: Scenario = async (world) => {
  const caller = await world.register();
  const organizationId = await world.makeTwin();
  await world.makeInvitation(organizationId, caller.email, { ...world.person('owner'), organizationId });
  return { caller, body: { token: await world.mailedToken(caller.email, 'organizations.invitation') } };
};

/** Somebody who has begun, or finished, to set up a second factor. */
async function enrolled(world: World, finish: boolean): Promise<{ caller: Caller; code: string }> {
  const caller = await world.register();
  const enrol = await world.send({ method: 'POST', url: '/api/auth/totp/enrol' }, caller);
  const code = totpOf((enrol.body as { secret: string }).secret);
  if (!finish) return { caller, code };
  const confirm = await world.send({ method: 'POST', url: '/api/auth/totp/confirm', body: { code } }, caller);
  return { caller, code: (confirm.body as { recoveryCodes: string[] }).recoveryCodes[0] ?? '' };
}

const withSecondFactor: Scenario = async (world) => {
  const { caller, code } = await enrolled(world, true);
  return { caller, body: { code } };
};

const withProviderKey =
  (body?: (world: World) => object): Scenario =>
  async (world) => {
    const caller = world.person('owner');
    return { caller, ids: { providerKeyId: await world.makeProviderKey(caller) }, body: body?.(world) };
  };

const withBudget =
  (body?: object): Scenario =>
  async (world) => {
    const caller = world.person('owner');
    return { caller, ids: { budgetId: await world.makeBudget(caller) }, body };
  };

/** The owner of a new organization on a paid plan, after some decisions about it. */
const subscriber =
  (body?: object, ...before: string[]): Scenario =>
  async (world) => {
    const caller = await world.makeSubscriber();
    for (const step of before) await world.send({ method: 'POST', url: `/api/billing/subscription/${step}` }, caller);
    return { caller, body };
  };

/** A person's new organization, on the free plan. */
const customer =
  (body?: object): Scenario =>
  async (world) => {
    const person = await world.register();
    return { caller: { ...person, organizationId: await world.makeFreeOrganization(person.userId) }, body };
  };

const withProject =
  (body?: object): Scenario =>
  async (world) => {
    const caller = world.person('owner');
    return { caller, ids: { projectId: await world.makeProject(caller) }, body };
  };

const withPreset =
  (body?: object): Scenario =>
  async (world) => {
    const caller = world.person('owner');
    return { caller, ids: { presetId: await world.makePreset(caller) }, body };
  };

const withBrandKit =
  (body?: object): Scenario =>
  async (world) => {
    const caller = world.person('owner');
    return { caller, ids: { brandKitId: await world.makeBrandKit(caller) }, body };
  };

const withShareLink =
  (body?: object): Scenario =>
  async (world) => {
    const caller = world.person('owner');
    return { caller, ids: { shareLinkId: await world.makeShareLink(caller) }, body };
  };

/** A file of the organization, in the path and chosen in the body. */
const withGeneration =
  (body?: (world: World, caller: Caller) => Promise<object> | object): Scenario =>
  async (world) => {
    const caller = world.person('owner');
    const generationId = await world.makeGeneration(caller);
    const more = await body?.(world, caller);
    return { caller, ids: { generationId }, body: more && { generationIds: [generationId], ...more } };
  };

const withGenerationInBin: Scenario = async (world) => {
  const attempt = await withGeneration(() => ({}))(world);
  await world.send({ method: 'POST', url: '/api/studio/generations/delete', body: attempt.body }, attempt.caller);
  return attempt;
};

const operatorOf = (world: World): Caller => ({ ...world.person('operator'), organizationId: '' });

/** A file in multipart/form-data. */
function upload(): Pick<Attempt, 'payload' | 'headers'> {
  const { body, headers } = formOf([{ content: PIXEL }]);
  return { payload: body, headers };
}

/** The owner asks for jobs. */
const asking =
  (body: object): Scenario =>
  (world) =>
    Promise.resolve({ caller: world.person('owner'), body });

/**
 * What a route needs to succeed beyond what its OpenAPI document shows. Routes that are not here are sent the document's
 * examples by the owner; a new one that this does not satisfy belongs here.
 */
const SCENARIOS: Record<string, Scenario> = {
  addFavorite: withGeneration(),
  createAudioJob: asking({ model: 'sandbox/audio', text: 'Bom dia' }),
  createImageJob: asking({ model: 'sandbox/image', prompt: 'Um farol' }),
  createJobBatch: asking({ jobs: [{ model: 'sandbox/image', input: { prompt: 'Um farol' } }] }),
  createVideoJob: asking({ model: 'sandbox/video', prompt: 'Ondas' }),
  createDownload: withGeneration(() => ({})),
  adjustCredits: correction({ amountCredits: -5 }),
  enterPrices: (world) =>
    Promise.resolve({
      caller: operatorOf(world),
      body: {
        model: 'freepik/sound-effects',
        lines: [{ component: 'output', unit: 'generation', costUsdMicros: 10_000 }],
        source: 'Invoice of October',
      },
    }),
  grantCredits: correction({ amountCredits: 5 }),
  refundJobCredits: async (world) => {
    const caller = world.person('owner');
    const jobId = await world.makeJob(caller);
    await world.sql('select public.settle_hold($1, 5)', [jobId]);
    return correction({ amountCredits: 5, jobId })(world);
  },
  unfreezeCredits: async (world) => {
    await world.sql(`select private.freeze_credits($1, 'sums differ')`, [world.homeId]);
    return correction({})(world);
  },
  createShareLink: withGeneration(() => ({})),
  deleteBrandKit: withBrandKit(),
  deleteGenerations: withGeneration(() => ({})),
  deletePreset: withPreset(),
  deleteProject: withProject(),
  favoriteGenerations: withGeneration(() => ({ favorite: true })),
  moveGenerations: withGeneration(async (world, caller) => ({ projectId: await world.makeProject(caller) })),
  removeFavorite: withGeneration(),
  restoreGenerations: withGenerationInBin,
  revokeShareLink: withShareLink(),
  updateBrandKit: withBrandKit({ name: 'Outra marca' }),
  updatePreset: withPreset({ name: 'Outro preset' }),
  updateShareLink: withShareLink({ title: 'Segunda rodada' }),
  updateProject: withProject({ name: 'Outro projeto' }),
  switchOrganization: (world) =>
    Promise.resolve({ caller: world.person('owner'), body: { organizationId: world.homeId } }),
  acceptInvitation: invited,
  buyCredits: customer({ packId: 'pack-10k' }),
  redriveDeadLetter: async (world) => ({
    caller: operatorOf(world),
    ids: { deadLetterId: await world.makeDeadLetter() },
  }),
  cancelSubscription: subscriber(),
  changePlan: subscriber({ plan: 'pro' }),
  checkoutInvoice: async (world) => {
    const caller = world.person('owner');
    return { caller, ids: { invoiceId: await world.makeInvoice(caller) } };
  },
  markInvoicePaid: async (world) => ({
    caller: operatorOf(world),
    ids: { invoiceId: await world.makeInvoice(world.person('owner')) },
    body: { method: 'bank_transfer' },
  }),
  receiveStripeEvent: (world) => {
    const event = { id: 'evt_1', object: 'event', type: 'customer.created', data: { object: { id: 'cus_1' } } };
    const { body, signature } = world.servers.stripe.sign(event);
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
    return Promise.resolve({ payload: Buffer.from(body), headers });
  },
  refundPayment: async (world) => ({
    caller: operatorOf(world),
    ids: { paymentId: await world.payInvoice(await world.makeInvoice(world.person('owner'))) },
    body: {},
  }),
  resumeSubscription: subscriber(undefined, 'cancel'),
  saveBillingProfile: customer({
    legalName: 'Estúdio Aurora Ltda',
    email: 'financeiro@example.com',
    address: { street: 'Rua das Laranjeiras', city: 'São Paulo', postalCode: '01310-100', country: 'BR' },
  }),
  setAutoTopUp: customer({ enabled: true, thresholdCredits: 1000, packId: 'pack-10k', maxPerMonth: 3 }),
  startTrial: customer({ plan: 'pro' }),
  subscribe: customer({ plan: 'starter' }),
  cancelJob: async (world) => ({
    caller: world.person('owner'),
    ids: { jobId: await world.makeJob(world.person('owner')) },
  }),
  changeEmail: withPassword({ email: 'somebody.else@example.com' }),
  changeMember: withMember(() => ({ role: 'creator' })),
  changePassword: async (world) => ({
    caller: await world.register(),
    body: { currentPassword: PASSWORD, newPassword: 'outro farol de aquarela 43' },
  }),
  confirmEmailChange: async (world) => {
    const caller = await world.register();
    const email = `new-${caller.email}`;
    const body = { password: PASSWORD, email };
    await world.send({ method: 'POST', url: '/api/users/me/email', body }, caller);
    return { body: { token: await world.mailedToken(email, 'auth.confirm-new-email') } };
  },
  // The way of installations whose registering does not tell whether an address has an account.
  confirmRegistration: async (world) => {
    const token = randomUUID();
    await world.sql(
      `insert into identity.registrations (id, email, name, locale, password_hash, token_hash, expires_at)
       select gen_random_uuid(), $1, 'Pessoa de Teste', 'pt-BR', password_hash, sha256($2::bytea), now() + interval '1 hour'
         from identity.credentials limit 1`,
      [`person-${token}@example.com`, token],
    );
    return { body: { token } };
  },
  confirmTotp: async (world) => {
    const { caller, code } = await enrolled(world, false);
    return { caller, body: { code } };
  },
  createAsset: (world) => Promise.resolve({ caller: world.person('owner'), ...upload() }),
  createBudget: async (world) => {
    const caller = { ...world.person('owner'), organizationId: await world.makeTwin() };
    return { caller, body: { scope: 'organization', monthlyCredits: 50_000 } };
  },
  createOrganization: async (world) => ({ caller: await world.register(), body: { name: 'Estúdio Água' } }),
  createProviderKey: async (world) => {
    const caller = { ...world.person('owner'), organizationId: await world.makeTwin() };
    return { caller, body: { provider: 'openai', name: 'Key', secret: world.servers.provider.apiKey } };
  },
  createGeneratedAsset: async (world) => {
    const caller = world.person('owner');
    // An equal asset would be taken instead of a new one.
    const picture = await sharp(PIXEL).resize(2, 2).png().toBuffer();
    return { caller, body: { generationId: await world.makeGeneration(caller, null, picture) } };
  },
  deleteAsset: async (world) => {
    const caller = world.person('owner');
    return { caller, ids: { assetId: await world.makeAsset(caller) } };
  },
  deleteBudget: withBudget(),
  deleteMyAccount: withPassword(),
  deleteOrganization: withMember(() => undefined),
  deleteProviderKey: withProviderKey(),
  endSession: async (world) => {
    const caller = await world.register();
    const sessions = await world.send({ method: 'GET', url: '/api/auth/sessions' }, caller);
    const [session] = (sessions.body as { data: { id: string }[] }).data;
    return { caller, ids: { sessionId: session?.id ?? '' } };
  },
  enrolTotp: somebody,
  exportMyData: somebody,
  forgotPassword: async (world) => ({ body: { email: (await world.register()).email } }),
  importAsset: (world) =>
    Promise.resolve({ caller: world.person('owner'), body: { url: world.servers.elsewhere.put('pixel.png', PIXEL) } }),
  leaveOrganization: async (world) => ({
    caller: { ...world.person('viewer'), organizationId: await world.makeTwin() },
  }),
  login: async (world) => ({ body: { email: (await world.register()).email, password: PASSWORD } }),
  logout: somebody,
  logoutAll: somebody,
  previewInvitation: invited,
  refresh: async (world) => ({ body: { refreshToken: (await world.register()).refreshToken } }),
  removeAvatar: async (world) => {
    const caller = await world.register();
    await world.send({ method: 'PUT', url: '/api/users/me/avatar', ...upload() }, caller);
    return { caller };
  },
  removeMember: withMember(() => undefined),
  removeTotp: withSecondFactor,
  replaceRecoveryCodes: withSecondFactor,
  replaceProviderKeySecret: withProviderKey((world) => ({ secret: world.servers.provider.apiKey })),
  resendVerification: async (world) => ({ body: { email: (await world.register()).email } }),
  resetPassword: async (world) => {
    const { email } = await world.register();
    await world.send({ method: 'POST', url: '/api/auth/forgot-password', body: { email } });
    return { body: { token: await world.mailedToken(email, 'auth.reset-password'), password: 'um barco de papel 77' } };
  },
  revokeApiKey: withKey,
  revokeInvitation: async (world) => {
    const caller = world.person('owner');
    const email = `guest-${randomUUID()}@example.com`;
    return { caller, ids: { invitationId: await world.makeInvitation(world.homeId, email, caller) } };
  },
  rotateApiKey: async (world) => ({ ...(await withKey(world)), body: {} }),
  setAvatar: async (world) => ({ caller: await world.register(), ...upload() }),
  testProviderKey: withProviderKey(),
  transferOwnership: withMember((userId) => ({ userId })),
  updateApiKey: async (world) => ({ ...(await withKey(world)), body: { monthlyCapCredits: 5_000 } }),
  updateBudget: withBudget({ monthlyCredits: 60_000 }),
  updateOrganization: async (world) => ({
    caller: { ...world.person('owner'), organizationId: await world.makeTwin() },
    body: { name: 'Outra agência' },
  }),
  updateOrganizationSettings: async (world) => ({
    caller: { ...world.person('owner'), organizationId: await world.makeTwin() },
    body: { apiKeyMaxDays: 90 },
  }),
  updateProviderKey: withProviderKey(() => ({ name: 'Other' })),
  updateProfile: async (world) => ({ caller: await world.register(), body: { name: 'Outra Pessoa' } }),
  verifyEmail: async (world) => {
    const { email } = await world.register();
    return { body: { token: await world.mailedToken(email, 'auth.verify-email') } };
  },
};

/** A request to the route that succeeds. */
export async function attemptOf(world: World, route: Route): Promise<{ request: Request; caller?: Caller }> {
  const scenario: Attempt = (await SCENARIOS[route.operationId]?.(world)) ?? {
    caller: route.isPublic ? undefined : world.person('owner'),
    body: route.body && exampleOf(route),
  };
  const { caller, ids, body, payload, headers } = scenario;
  const url = world.url(route, { organizationId: caller?.organizationId ?? '', ...ids });
  return { request: { method: route.method, url, body, payload, headers }, caller };
}

/** The code of an authenticator app, now (RFC 6238: SHA-1, 30 seconds, six digits). */
function totpOf(secret: string): string {
  const bits = secret
    .split('')
    .map((character) => BASE32.indexOf(character).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
