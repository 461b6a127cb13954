import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { InvalidRequest, NotFound } from '#core/errors';
import { type Access, isUuid, type OrganizationContext, permissionsOf, type Principal } from '#core/http';
import { type Membership, MembershipsService, OrganizationSuspended } from '#organizations';
import { NotAMember } from './auth.errors.js';

/**
 * Decides in which organization a request acts. On routes under `/organizations/:organizationId` the path names it, and
 * one the caller does not belong to is the same 404 as one that does not exist. Elsewhere a person names it in
 * `X-Organization-Id`; an API key always acts in its own.
 */
@Injectable()
export class OrganizationContextService {
  constructor(private readonly memberships: MembershipsService) {}

  /** @throws NotFound, NotAMember, OrganizationSuspended; InvalidRequest for a header that is no UUID. */
  async enter(principal: Principal, request: FastifyRequest, access: Access): Promise<Principal> {
    const inPath = (request.params as { organizationId?: string } | undefined)?.organizationId;
    const inHeader = request.headers['x-organization-id'];
    const entered =
      principal.userId === null
        ? ownOf(principal, inPath, inHeader)
        : { ...principal, organization: await this.chosenBy(principal.userId, inPath, inHeader) };
    if (entered.organization?.status === 'suspended' && !staysOpen(request, access)) {
      throw OrganizationSuspended(
        'It can be read and its bills be paid; everything else waits until it is active again.',
      );
    }
    return entered;
  }

  private async chosenBy(
    userId: string,
    inPath: string | undefined,
    inHeader: string | string[] | undefined,
  ): Promise<OrganizationContext | null> {
    if (inPath !== undefined) {
      const membership = isUuid(inPath) ? await this.memberships.find(userId, inPath.toLowerCase()) : undefined;
      if (!membership) throw foreign(inPath);
      return contextOf(membership);
    }
    if (inHeader === undefined) return null;
    if (typeof inHeader !== 'string' || !isUuid(inHeader)) throw InvalidRequest('X-Organization-Id must be a UUID.');
    const membership = await this.memberships.find(userId, inHeader.toLowerCase());
    if (!membership) {
      throw NotAMember({
        detail: 'You do not belong to the organization that X-Organization-Id names.',
        denial: { organizationId: inHeader },
      });
    }
    return contextOf(membership);
  }
}

function ownOf(key: Principal, inPath: string | undefined, inHeader: string | string[] | undefined): Principal {
  const own = key.organization?.id;
  if (inPath !== undefined && inPath.toLowerCase() !== own) throw foreign(inPath);
  if (inHeader !== undefined && String(inHeader).toLowerCase() !== own) {
    throw NotAMember('The API key belongs to another organization than X-Organization-Id names.');
  }
  return key;
}

/** The same answer for an organization of others and for none at all; the audit log knows what was asked for. */
function foreign(organizationId: string): Error {
  return isUuid(organizationId) ? NotFound({ denial: { organizationId } }) : NotFound();
}

function contextOf(membership: Membership): OrganizationContext {
  return {
    id: membership.organizationId,
    plan: membership.plan,
    status: membership.status,
    role: membership.role,
    permissions: permissionsOf(membership.role),
    limits: membership.limits,
  };
}

/** What a suspended organization can still do. */
function staysOpen(request: FastifyRequest, access: Access): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  return access.kind === 'authenticated' && (access.permission === null || access.permission.startsWith('billing:'));
}
