import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import type { Person, Role, Tenant } from '#core/http';
import { DependentsService } from './dependents.service.js';
import type { MemberDto, MemberPageDto } from './members.dto.js';
import { MembersRepository } from './members.repository.js';
import { MembershipsService } from './memberships.service.js';
import { MemberChanged, MemberLeft, MemberRemoved, OwnershipTransferred } from './organizations.audit.js';
import { OwnersOnly } from './organizations.errors.js';

/** Who belongs to an organization, and as what. Owners are made and unmade by owners; the last one stays. */
@Injectable()
export class MembersService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly members: MembersRepository,
    private readonly memberships: MembershipsService,
    private readonly dependents: DependentsService,
    private readonly audit: AuditTrail,
  ) {}

  async list(tenant: Tenant, limit: number, after?: string): Promise<MemberPageDto> {
    const data = await withTenant(this.db, tenant.claims, (trx) =>
      this.members.list(trx, tenant.organization.id, limit, after),
    );
    return { data, nextAfter: data.length === limit ? (data.at(-1)?.userId ?? null) : null };
  }

  /** @throws NotFound, OwnersOnly, LastOwner; PermissionDenied when somebody else was faster */
  async changeRole(tenant: Tenant, userId: string, role: Role): Promise<MemberDto> {
    const organizationId = tenant.organization.id;
    const member = await withTenant(this.db, tenant.claims, async (trx) => {
      const current = await this.roleOf(trx, organizationId, userId);
      assertMayTouch(tenant, current, role);
      await this.dependents.told(trx, { by: tenant, userId, organizationId, role }, () =>
        this.members.changeRole(trx, organizationId, userId, role),
      );
      await this.audit.write(trx, MemberChanged, {
        by: tenant,
        target: userId,
        before: { role: current },
        after: { role },
      });
      return this.members.find(trx, organizationId, userId);
    });
    this.memberships.forget(userId, organizationId);
    if (!member) throw NotFound();
    return member;
  }

  /** @throws NotFound, OwnersOnly, LastOwner; PermissionDenied when somebody else was faster */
  async remove(tenant: Tenant, userId: string): Promise<void> {
    const organizationId = tenant.organization.id;
    await withTenant(this.db, tenant.claims, async (trx) => {
      const role = await this.roleOf(trx, organizationId, userId);
      assertMayTouch(tenant, role);
      await this.dependents.told(trx, { by: tenant, userId, organizationId, role: null }, () =>
        this.members.remove(trx, organizationId, userId),
      );
      await this.audit.write(trx, MemberRemoved, { by: tenant, target: userId, before: { role } });
    });
    this.memberships.forget(userId, organizationId);
  }

  /** @throws LastOwner */
  async leave(person: Tenant & Person): Promise<void> {
    const organizationId = person.organization.id;
    const { userId } = person;
    await withTenant(this.db, person.claims, async (trx) => {
      await this.dependents.told(trx, { by: person, userId, organizationId, role: null }, () =>
        this.members.remove(trx, organizationId, userId),
      );
      const { role } = person.organization;
      await this.audit.write(trx, MemberLeft, { by: person, target: userId, before: { role } });
    });
    this.memberships.forget(userId, organizationId);
  }

  /** One owner steps down for another, in one step. @throws NotFound, OwnersOnly */
  async transferOwnership(owner: Tenant & Person, userId: string): Promise<void> {
    const organizationId = owner.organization.id;
    if (owner.organization.role !== 'owner') throw OwnersOnly();
    if (userId === owner.userId) return;
    await withTenant(this.db, owner.claims, async (trx) => {
      const role = await this.roleOf(trx, organizationId, userId);
      await this.members.changeRole(trx, organizationId, userId, 'owner');
      const stepDown = { by: owner, userId: owner.userId, organizationId, role: 'admin' } as const;
      await this.dependents.told(trx, stepDown, () =>
        this.members.changeRole(trx, organizationId, owner.userId, 'admin'),
      );
      await this.audit.write(trx, OwnershipTransferred, {
        by: owner,
        target: userId,
        before: { role },
        after: { role: 'owner' },
      });
    });
    this.memberships.forget(userId, organizationId);
    this.memberships.forget(owner.userId, organizationId);
  }

  /** @throws NotFound */
  private async roleOf(trx: Trx, organizationId: string, userId: string): Promise<Role> {
    const member = await this.members.find(trx, organizationId, userId);
    if (!member) throw NotFound();
    return member.role;
  }
}

/** Row level security says the same, also to whoever gets in between; here it gets a name. */
function assertMayTouch(tenant: Tenant, ...roles: Role[]): void {
  if (roles.includes('owner') && tenant.organization.role !== 'owner') {
    throw OwnersOnly('Only owners make, change and remove owners.');
  }
}
