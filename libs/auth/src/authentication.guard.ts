import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, Unauthenticated } from '#core/errors';
import { type Access, accessOf, type Principal } from '#core/http';
import { RequestLimits } from '#core/limits';
import { AuthenticatorService } from './authenticator.service.js';
import { OrganizationContextService } from './organization-context.service.js';

/**
 * Finds out who asks and in which organization, and leaves it as `request.principal`. What they may do is decided by the
 * permission guard after it. Public routes pass without a look at credentials.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: AuthenticatorService,
    private readonly organizations: OrganizationContextService,
    private readonly limits: RequestLimits,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = accessOf(this.reflector, context);
    if (access.kind === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const refuse = (error: unknown) => this.refuse(error, request, http.getResponse<FastifyReply>());
    try {
      const principal = this.authenticator.authenticate(request);
      const entered =
        principal instanceof Promise
          ? principal.then((late) => this.enter(late, request, access))
          : this.enter(principal, request, access);
      return entered instanceof Promise ? entered.catch(refuse) : true;
    } catch (error) {
      return refuse(error);
    }
  }

  private enter(principal: Principal, request: FastifyRequest, access: Access): true | Promise<true> {
    // Known from here on, even if the organization refuses them: the audit log wants to know whom.
    request.principal = principal;
    const entered = this.organizations.enter(principal, request, access);
    if (entered instanceof Promise) {
      return entered.then((late) => {
        request.principal = late;
        return true as const;
      });
    }
    request.principal = entered;
    return true;
  }

  private async refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<never> {
    if (error instanceof AppError && error.definition.status === 401) {
      await this.limits.countRefusedCredentials(request, reply);
      // RFC 6750, 3: every 401 says how to authenticate.
      void reply.header('www-authenticate', challengeFor(error));
    }
    throw error;
  }
}

function challengeFor(error: AppError): string {
  return Unauthenticated.is(error) ? 'Bearer' : 'Bearer error="invalid_token"';
}
