import { applyDecorators, type CanActivate, Injectable, UseGuards } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { ProblemResponse } from '#core/http';
import { IssuedElsewhere } from './auth.errors.js';

@Injectable()
class LocalIssuerGuard implements CanActivate {
  constructor(private readonly config: AppConfig) {}

  canActivate(): boolean {
    if (this.config.auth.issuer !== 'local')
      throw IssuedElsewhere('Sign in with Supabase Auth and send its access token.');
    return true;
  }
}

/**
 * The route works on accounts of the local issuer; with `AUTH_ISSUER=supabase` it answers 409.
 * @param conflicts the route's own 409 codes, for the docs
 */
export const LocalIssuerOnly = (...conflicts: string[]): MethodDecorator & ClassDecorator =>
  applyDecorators(
    UseGuards(LocalIssuerGuard),
    ProblemResponse(409, [...conflicts, 'auth.issued_elsewhere'].map((code) => `\`${code}\``).join(', ')),
  );
