import { ApiKeysService, IdentityService } from '#auth';
import { ALL_PERMISSIONS, type Person, type Tenant } from '#core/http';
import { MembershipsService, OrganizationsService, type MyOrganization } from '#organizations';
import { memberOf, personOf } from './actors.js';
import { DEMO_EMAIL, type DemoAccess } from './demo-access.js';
import { DemoRepository } from './demo.repository.js';
import type { Scenario, SeedContext } from './scenario.js';

const ORGANIZATION = { name: 'Estúdio Demo', slug: 'estudio-demo' };
/** US$ 50 of list price: some thousand sandbox images. */
const GIFT_CREDITS = 50_000n;
const GIFT_KEY = 'seed:demo';
const KEY_NAME = 'Demo';

/** `npm run seed -- demo` */
export const runDemo: Scenario = async (context) => {
  const access = await ensureDemo(context);
  context.log(`login    ${access.email} / ${access.password}`);
  context.log(`API key  ${access.apiKey}`);
};

/** Makes what is missing of the demo organization; what is there stays as its users left it. */
export async function ensureDemo(context: SeedContext): Promise<DemoAccess> {
  const person = personOf(await ensureUser(context));
  const organization = await ensureOrganization(context, person);
  await ensureGift(context, organization.id);
  const apiKey = await ensureApiKey(context, memberOf(person, organization, 'owner'));
  return { email: DEMO_EMAIL, password: context.secrets.values.demoPassword, apiKey };
}

async function ensureUser({ services, ownerDb, secrets }: SeedContext): Promise<string> {
  const found = await new DemoRepository().findUserId(ownerDb, DEMO_EMAIL);
  if (found) return found;
  const { user } = await services
    .get(IdentityService)
    .registerNow(
      { email: DEMO_EMAIL, name: 'Demo', password: secrets.values.demoPassword },
      { ip: '127.0.0.1', userAgent: 'seed' },
    );
  return user.id;
}

async function ensureOrganization(
  { services }: SeedContext,
  person: Person,
): Promise<Pick<MyOrganization, 'id' | 'plan' | 'status'>> {
  const mine = await services.get(MembershipsService).list(person.userId);
  return (
    mine.find((organization) => organization.slug === ORGANIZATION.slug) ??
    services.get(OrganizationsService).create(person, ORGANIZATION)
  );
}

async function ensureGift({ ownerDb }: SeedContext, organizationId: string): Promise<void> {
  const repository = new DemoRepository();
  await ownerDb.transaction().execute(async (trx) => {
    if (await repository.wasGiven(trx, organizationId, GIFT_KEY)) return;
    await repository.setPlan(trx, organizationId, 'business');
    await repository.give(trx, organizationId, GIFT_CREDITS, GIFT_KEY);
  });
}

/** The database holds only a key's hash, so the key itself is kept with the secrets; a lost one is replaced. */
async function ensureApiKey({ services, secrets }: SeedContext, owner: Tenant & Person): Promise<string> {
  const keys = services.get(ApiKeysService);
  const kept = secrets.values.demoApiKey;
  const { data } = await keys.list(owner, 200);
  const works = data.some((key) => key.revokedAt === null && key.id === secrets.values.demoApiKeyId);
  if (kept && works) return kept;
  const { key, id } = await keys.create(owner, { name: KEY_NAME, mode: 'live', scopes: ALL_PERMISSIONS });
  secrets.update({ demoApiKey: key, demoApiKeyId: id });
  return key;
}
