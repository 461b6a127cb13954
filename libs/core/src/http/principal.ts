import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { TenantClaims } from '#core/db';
import { type AppError, OrganizationRequired, PermissionDenied, Unauthenticated } from '#core/errors';
import type { Permission, Role } from './permissions.js';

/** The limits of the organization's plan that guards enforce. */
export interface PlanLimits {
  requestsPerMinute: number;
  concurrentJobs: number;
}

/** The organization a request acts in, and what it may do there. */
export interface OrganizationContext {
  id: string;
  plan: string;
  status: string;
  /** The member's role; null for an API key, which has scopes instead. */
  role: Role | null;
  permissions: ReadonlySet<Permission>;
  limits: PlanLimits;
  /** What the plan includes, by name. */
  features: ReadonlySet<string>;
  /** Who has no second factor may not act here. */
  requiresSecondFactor: boolean;
}

/** Who is asking. Made by the authentication guard from a verified token or key. */
export interface Principal {
  kind: 'user' | 'api_key';
  /** The person; null for an API key. */
  userId: string | null;
  apiKeyId: string | null;
  sessionId: string | null;
  /** A `base_test_…` key: everything runs on the sandbox and moves no credits. */
  testMode: boolean;
  isOperator: boolean;
  /** A person who signs in with a second factor. */
  hasSecondFactor: boolean;
  /** Null when a person has not chosen an organization (`X-Organization-Id`). */
  organization: OrganizationContext | null;
  /** What row level security sees. */
  claims: TenantClaims;
  /** When the token or key ends; long-lived streams end then too. Null: never. */
  expiresAt: Date | null;
}

/** A principal inside an organization: what almost every service asks for. */
export type Tenant = Principal & { organization: OrganizationContext };

/** A principal that is a person, not a key: routes with `person: true`. */
export type Person = Principal & { userId: string };

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
    /** The route is for platform operators, and this is one: what is done here is done for the platform. */
    asOperator?: boolean;
    /** Why the request was refused, if it was. */
    refusal?: AppError;
  }
}

/** @throws Unauthenticated when the route has no principal. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw Unauthenticated();
  return request.principal;
}

/** @throws OrganizationRequired when a person named no organization. */
export function tenantOf(request: FastifyRequest): Tenant {
  const principal = principalOf(request);
  if (!principal.organization) {
    throw OrganizationRequired('Name the organization in the X-Organization-Id header.');
  }
  return principal as Tenant;
}

/** @throws PermissionDenied when an API key asks. */
export function personOf(request: FastifyRequest): Person {
  const principal = principalOf(request);
  if (!principal.userId) throw PermissionDenied('Sign in as a person; an API key cannot do this.');
  return principal as Person;
}

/** Parameter decorator: the authenticated principal. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Parameter decorator: the principal within its organization. */
export const CurrentTenant = createParamDecorator((_: unknown, context: ExecutionContext) =>
  tenantOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Parameter decorator: the authenticated person. */
export const CurrentPerson = createParamDecorator((_: unknown, context: ExecutionContext) =>
  personOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
