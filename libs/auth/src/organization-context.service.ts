import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { InvalidRequest, NotFound } from '#core/errors';
import { type Access, isUuid, type OrganizationContext, permissionsOf, type Principal } from '#core/http';
import { type Membership, MembershipsService, OrganizationSuspended, SecondFactorDemanded } from '#organizations';
import { NotAMember } from './auth.errors.js';

/**
 * Decides in which organization a request acts. On routes under `/organizations/:organizationId` the path names it, and
 * one the caller does not belong to is the same 404 as one that does not exist. Elsewhere a person names it in
 * `X-Organization-Id`; an API key always acts in its own.
 */
@Injectable()
export class OrganizationContextService {
  constructor(private readonly memberships: MembershipsService) {}

  /** @throws NotFound, NotAMember, OrganizationSuspended, SecondFactorDemanded; InvalidRequest for a header that is no UUID. */
  enter(principal: Principal, request: FastifyRequest, access: Access): Principal | Promise<Principal> {
    // An operator's route names the organization that it is about; operators act in none.
    const isOperators = access.kind === 'authenticated' && access.operator;
    const params = request.params as { organizationId?: string } | undefined;
    const inPath = isOperators ? undefined : params?.organizationId;
    const inHeader = request.headers['x-organization-id'];
    if (principal.userId === null) return opened(ownOf(principal, inPath, inHeader), request, access);
    const organization = this.chosenBy(principal.userId, inPath, inHeader);
    return organization instanceof Promise
      ? organization.then((late) => opened({ ...principal, organization: late }, request, access))
      : opened({ ...principal, organization }, request, access);
  }

  private chosenBy(
    userId: string,
    inPath: string | undefined,
    inHeader: string | string[] | undefined,
  ): OrganizationContext | null | Promise<OrganizationContext | null> {
    if (inPath !== undefined) {
      if (!isUuid(inPath)) throw NotFound();
      return this.memberIn(userId, inPath, () => foreign(inPath));
    }
    if (inHeader === undefined) return null;
    if (typeof inHeader !== 'string' || !isUuid(inHeader)) throw InvalidRequest('X-Organization-Id must be a UUID.');
    return this.memberIn(userId, inHeader, () =>
      NotAMember({
        detail: 'You do not belong to the organization that X-Organization-Id names.',
        denial: { organizationId: inHeader },
      }),
    );
  }

  private memberIn(
    userId: string,
    organizationId: string,
    stranger: () => Error,
  ): OrganizationContext | Promise<OrganizationContext> {
    const contextIn = (membership: Membership | undefined): OrganizationContext => {
      if (!membership) throw stranger();
      return contextOf(membership);
    };
    const membership = this.memberships.find(userId, organizationId.toLowerCase());
    return membership instanceof Promise ? membership.then(contextIn) : contextIn(membership);
  }
}

function opened(principal: Principal, request: FastifyRequest, access: Access): Principal {
  if (principal.organization?.requiresSecondFactor && !principal.hasSecondFactor && actsInIt(access)) {
    throw SecondFactorDemanded('Set up a second factor in your account, then go on.');
  }
  if (principal.organization?.status === 'suspended' && !staysOpen(request, access)) {
    throw OrganizationSuspended(
      'It can be read and its bills be paid; everything else waits until it is active again.',
    );
  }
  return principal;
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

/** Memberships are remembered for seconds, and what follows from one as long as it is. */
const contexts = new WeakMap<Membership, OrganizationContext>();

function contextOf(membership: Membership): OrganizationContext {
  let context = contexts.get(membership);
  if (!context) {
    context = Object.freeze({
      id: membership.organizationId,
      plan: membership.plan,
      status: membership.status,
      role: membership.role,
      permissions: permissionsOf(membership.role),
      limits: membership.limits,
      features: new Set(membership.features),
      requiresSecondFactor: membership.requiresSecondFactor,
    });
    contexts.set(membership, context);
  }
  return context;
}

/** A person's own affairs are theirs, whichever organization the header names: how else could they mend it? */
function actsInIt(access: Access): boolean {
  return access.kind === 'authenticated' && access.permission !== null;
}

/** What a suspended organization can still do. */
function staysOpen(request: FastifyRequest, access: Access): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  return access.kind === 'authenticated' && (access.permission === null || access.permission.startsWith('billing:'));
}
