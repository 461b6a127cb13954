import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { PermissionDenied } from '#core/errors';
import { ACCESS, type Access } from './access.decorators.js';
import { principalOf, tenantOf } from './principal.js';

/** What a route says about its access; a route that says nothing is closed. */
export function accessOf(reflector: Reflector, context: ExecutionContext): Access {
  return (
    reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]) ?? {
      kind: 'authenticated',
      permission: null,
      person: true,
      operator: true,
    }
  );
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
    return true;
  }
}
