import { JobRequestsModule } from '#ai';
import { IdentityService } from '#auth';
import { PaymentsModule } from '#billing';
import { EventsModule } from '#core/events';
import type { Person, Role } from '#core/http';
import { QueueModule } from '#core/queue';
import { OrganizationsService } from '#organizations';
import { ProjectsService, StudioHttpModule } from '#studio';
import { memberOf, personOf } from './actors.js';
import { MEMBERS, planFiles, PROJECTS } from './agency-content.js';
import { AgencyFiles, type PlannedJob } from './agency-files.js';
import { furnish, type Member } from './agency-furnishing.js';
import { AgencyRepository } from './agency.repository.js';
import { DemoRepository } from './demo.repository.js';
import type { Scenario, SeedContext } from './scenario.js';

/** The features whose services the scenario uses. */
export const AGENCY_MODULES = [
  QueueModule.forRoot({ poolSize: 1 }),
  EventsModule.forRoot({ streams: false }),
  PaymentsModule,
  JobRequestsModule,
  StudioHttpModule,
];

const ORGANIZATION = { name: 'Agência Aurora', slug: 'agencia-aurora' };
const GIFT_CREDITS = 200_000n;
const GIFT_KEY = 'seed:agency';

/**
 * `npm run seed -- agency`: an agency that has worked for two months. What an earlier run made is left as its users
 * left it; one that was broken off is finished.
 */
export const runAgency: Scenario = async (context) => {
  const { members, isNew } = await ensureMembers(context);
  const { owner } = members;
  await ensureGift(context, owner.organization.id);
  const projects = await ensureProjects(context, members);
  const files = await new AgencyFiles(context).make(plan(members, projects), owner.organization.id);
  if (isNew) await furnish(context, { members, projects, files: files.toReversed() });
  tell(context, isNew);
};

function tell({ log, secrets }: SeedContext, isNew: boolean): void {
  log(isNew ? `${ORGANIZATION.name} is there.` : `${ORGANIZATION.name} was there already; nothing of it was changed.`);
  for (const { role, email } of MEMBERS) log(`${role.padEnd(8)} ${email} / ${secrets.values.demoPassword}`);
}

async function ensureMembers(context: SeedContext): Promise<{ members: Record<Role, Member>; isNew: boolean }> {
  const { services, ownerDb } = context;
  const repository = new AgencyRepository();
  const people: Partial<Record<Role, Person>> = {};
  for (const member of MEMBERS) people[member.role] = personOf(await ensureUser(context, member));
  // Who works here for two months has long opened the mail.
  await repository.confirmEmails(
    ownerDb,
    Object.values(people).map(({ userId }) => userId),
  );
  const boss = people.owner;
  if (!boss) throw new Error('An agency without an owner');
  const known = await repository.findOrganizationId(ownerDb, ORGANIZATION.slug);
  const organizationId = known ?? (await services.get(OrganizationsService).create(boss, ORGANIZATION)).id;
  const organization = { id: organizationId, plan: 'business', status: 'active' };
  const members: Partial<Record<Role, Member>> = {};
  for (const { role } of MEMBERS) {
    const person = people[role] ?? boss;
    if (role !== 'owner' && !known) await repository.addMember(ownerDb, organizationId, person.userId, role);
    members[role] = memberOf(person, organization, role);
  }
  return { members: members as Record<Role, Member>, isNew: known === undefined };
}

async function ensureUser(
  { services, ownerDb, secrets }: SeedContext,
  { name, email }: { name: string; email: string },
): Promise<string> {
  const found = await new DemoRepository().findUserId(ownerDb, email);
  if (found) return found;
  const { user } = await services
    .get(IdentityService)
    .registerNow({ email, name, password: secrets.values.demoPassword }, { ip: '127.0.0.1', userAgent: 'seed' });
  return user.id;
}

async function ensureGift({ ownerDb }: SeedContext, organizationId: string): Promise<void> {
  const repository = new DemoRepository();
  await ownerDb.transaction().execute(async (trx) => {
    if (await repository.wasGiven(trx, organizationId, GIFT_KEY)) return;
    await repository.setPlan(trx, organizationId, 'business');
    await repository.give(trx, organizationId, GIFT_CREDITS, GIFT_KEY);
  });
}

/** @returns the ids of the projects, in their order; null for one that its users have removed */
async function ensureProjects({ services }: SeedContext, { admin }: Record<Role, Member>): Promise<(string | null)[]> {
  const projects = services.get(ProjectsService, { strict: false });
  const known = (await projects.list(admin, { limit: 100 })).data;
  const ids: (string | null)[] = [];
  for (const { name, description } of PROJECTS) {
    const found = known.find((project) => project.name === name);
    ids.push(
      (found ?? (known.length > 0 ? undefined : await projects.create(admin, { name, description })))?.id ?? null,
    );
  }
  return ids;
}

function plan(members: Record<Role, Member>, projects: (string | null)[]): PlannedJob[] {
  return planFiles().map((file, place) => ({
    ...file,
    key: `seed:agency:${place}`,
    maker: members[file.by],
    projectId: file.project === undefined ? null : (projects[file.project] ?? null),
  }));
}
