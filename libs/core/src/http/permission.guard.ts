import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { PermissionDenied, PlanFeatureMissing, TestKeyForbidden } from '#core/errors';
import { ACCESS, type Access } from './access.decorators.js';
import { PLAN_FEATURES, type PlanFeature } from './plan-features.js';
import { type OrganizationContext, principalOf, tenantOf } from './principal.js';

const CLOSED: Access = {
  kind: 'authenticated',
  permission: null,
  person: true,
  operator: true,
  feature: null,
  testKeys: false,
};
/** What only reads; everything else changes something of the organization, which a test key may not. */
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
/** By controller and method; several guards ask on each request. */
const known = new WeakMap<object, WeakMap<object, Access>>();

/** What a route says about its access; a route that says nothing is closed. */
export function accessOf(reflector: Reflector, context: ExecutionContext): Access {
  const controller = context.getClass();
  const handler = context.getHandler();
  let ofController = known.get(controller);
  if (!ofController) known.set(controller, (ofController = new WeakMap<object, Access>()));
  let access = ofController.get(handler);
  if (!access) {
    access = reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, controller]) ?? CLOSED;
    ofController.set(handler, access);
  }
  return access;
}

/** Decides what the principal may do; who it is was decided by the authentication guard before. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const access = accessOf(this.reflector, context);
    if (access.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = principalOf(request);
    if (access.operator && !principal.isOperator) throw PermissionDenied('Only platform operators may do this.');
    request.asOperator = access.operator;
    if (access.person && principal.kind !== 'user')
      throw PermissionDenied('Sign in as a person; an API key cannot do this.');
    if (access.permission && !tenantOf(request).organization.permissions.has(access.permission)) {
      throw PermissionDenied(`This needs the permission ${access.permission}.`);
    }
    if (principal.testMode && !access.testKeys && !READS.has(request.method)) {
      throw TestKeyForbidden(
        'A test key reads, makes and cancels test jobs, and brings files for them. Use a live key, or sign in.',
      );
    }
    if (access.feature) assertIncluded(tenantOf(request).organization, access.feature);
    return true;
  }
}

function assertIncluded({ plan, features }: OrganizationContext, feature: PlanFeature): void {
  if (features.has(feature)) return;
  throw PlanFeatureMissing({
    detail: `The plan ${plan} does not include ${PLAN_FEATURES[feature]}; GET /api/billing/plans tells which do. While a subscription is past due, its organization has what the plan free has.`,
    extensions: { feature, plan },
  });
}
