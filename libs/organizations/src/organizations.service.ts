import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { newId } from '#core/crypto';
import { type Db, InjectDb, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import type { Person, Tenant } from '#core/http';
import { MembershipsRepository, type NewOrganization } from './memberships.repository.js';
import { MembershipsService } from './memberships.service.js';
import type { CreateOrganizationDto, UpdateOrganizationDto } from './organizations.dto.js';
import { OrganizationClosed, OrganizationCreated, OrganizationUpdated } from './organizations.audit.js';
import { OrganizationLimitReached, SlugTaken } from './organizations.errors.js';
import { type OrganizationRow, OrganizationsRepository } from './organizations.repository.js';
import { slugOf, withSuffix } from './slug.js';

/** Free credits go to one organization of a person; the bound keeps out who would fill the platform with empty ones. */
const MAX_OWNED = 10;

@Injectable()
export class OrganizationsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly memberships: MembershipsService,
    private readonly membershipsRepository: MembershipsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Makes an organization owned by the person, with a balance and the free plan, whose credits go to one
   * organization of a person: a further one begins with none.
   * @throws SlugTaken for a short name asked for; one made from the name finds its way around others.
   * @throws OrganizationLimitReached
   */
  async create(person: Person, request: CreateOrganizationDto): Promise<OrganizationRow> {
    const { name, country, currency, locale, timeZone } = request;
    const slug = request.slug ?? slugOf(name);
    const organization = { id: newId(), name, slug, country, currency, locale, timeZone };
    try {
      await this.insert(person, organization);
    } catch (error) {
      if (request.slug || !SlugTaken.is(error)) throw error;
      await this.insert(person, { ...organization, slug: withSuffix(slug) });
    }
    return withTenant(this.db, person.claims, async (trx) =>
      existing(await this.organizations.find(trx, organization.id)),
    );
  }

  private async insert(person: Person, organization: NewOrganization): Promise<void> {
    const { userId } = person;
    await this.db.transaction().execute(async (trx) => {
      await this.membershipsRepository.lockOwner(trx, userId);
      const owned = (await this.membershipsRepository.list(trx, userId)).filter((mine) => mine.role === 'owner');
      if (owned.length >= MAX_OWNED) throw OrganizationLimitReached(`One person can own ${MAX_OWNED} organizations.`);
      await this.membershipsRepository.create(trx, userId, organization);
      await this.audit.write(trx, OrganizationCreated, {
        by: person,
        organizationId: organization.id,
        target: organization.id,
        after: organization,
      });
    });
  }

  async get(tenant: Tenant): Promise<OrganizationRow> {
    return withTenant(this.db, tenant.claims, async (trx) =>
      existing(await this.organizations.find(trx, tenant.organization.id)),
    );
  }

  /** @throws SlugTaken */
  async update(tenant: Tenant, changes: UpdateOrganizationDto): Promise<OrganizationRow> {
    if (Object.values(changes).every((value) => value === undefined)) return this.get(tenant);
    const organizationId = tenant.organization.id;
    return withTenant(this.db, tenant.claims, async (trx) => {
      const before = existing(await this.organizations.find(trx, organizationId));
      const after = existing(await this.organizations.update(trx, organizationId, changes));
      await this.audit.write(trx, OrganizationUpdated, { by: tenant, target: organizationId, before, after });
      return after;
    });
  }

  /** Closes the organization. Its keys end with it, everywhere within five seconds. */
  async delete(tenant: Tenant): Promise<void> {
    const organizationId = tenant.organization.id;
    await this.db.transaction().execute(async (trx) => {
      await this.membershipsRepository.close(trx, organizationId);
      await this.audit.write(trx, OrganizationClosed, { by: tenant, target: organizationId });
    });
    if (tenant.userId) this.memberships.forget(tenant.userId, organizationId);
  }
}

function existing(organization: OrganizationRow | undefined): OrganizationRow {
  if (!organization) throw NotFound();
  return organization;
}
