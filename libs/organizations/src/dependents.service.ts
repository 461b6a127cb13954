import { Injectable } from '@nestjs/common';
import { type AuditActor, AuditTrail } from '#core/audit';
import type { Trx } from '#core/db';
import { isPermission, permissionsOf, type Role } from '#core/http';
import { type Dependent, MembersRepository } from './members.repository.js';
import { ApiKeyNarrowed, ApiKeyOrphaned, InvitationRevoked } from './organizations.audit.js';

/**
 * What hangs on a person's membership: the keys they made and the invitations they sent. That keys shrink and
 * invitations end is kept by the database (`private.find_api_key`, the trigger `follow_membership`), whoever changes
 * the membership; here the audit log is told.
 */
@Injectable()
export class DependentsService {
  constructor(
    private readonly members: MembersRepository,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Does what takes a person's membership, or lowers it to `role`, and writes a line for each key and invitation that
   * this touches. Without an organization: the person goes everywhere.
   */
  async told(
    trx: Trx,
    change: { by: AuditActor; userId: string; organizationId: string | null; role: Role | null },
    work: () => Promise<void>,
  ): Promise<void> {
    const dependents = await this.members.listDependents(trx, change.userId, change.organizationId);
    await work();
    const lines = (chosen: Dependent[]) =>
      chosen.map(({ id, organizationId }) => ({ by: change.by, target: id, organizationId }));
    const keys = dependents.filter(({ kind }) => kind === 'api_key');
    if (change.role === null) await this.audit.writeMany(trx, ApiKeyOrphaned, lines(keys));
    else await this.audit.writeMany(trx, ApiKeyNarrowed, lines(keys.filter(beyond(change.role))));
    if (change.role !== null && permissionsOf(change.role).has('members:manage')) return;
    const invitations = dependents.filter(({ kind }) => kind === 'invitation');
    await this.audit.writeMany(trx, InvitationRevoked, lines(invitations));
  }
}

function beyond(role: Role): (key: Dependent) => boolean {
  const held = permissionsOf(role);
  return ({ scopes }) => scopes.some((scope) => isPermission(scope) && !held.has(scope));
}
