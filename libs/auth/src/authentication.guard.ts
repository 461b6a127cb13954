import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, Unauthenticated } from '#core/errors';
import { accessOf } from '#core/http';
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

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(this.reflector, context);
    if (access.kind === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    try {
      // Known from here on, even if the organization refuses them: the audit log wants to know whom.
      request.principal = await this.authenticator.authenticate(request);
      request.principal = await this.organizations.enter(request.principal, request, access);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.definition.status === 401) {
        const reply = http.getResponse<FastifyReply>();
        await this.limits.countRefusedCredentials(request, reply);
        // RFC 6750, 3: every 401 says how to authenticate.
        void reply.header('www-authenticate', challengeFor(error));
      }
      throw error;
    }
  }
}

function challengeFor(error: AppError): string {
  return Unauthenticated.is(error) ? 'Bearer' : 'Bearer error="invalid_token"';
}
