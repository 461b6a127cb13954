import { type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from './throttler.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { accessOf } from '#core/http';
import { RequestLimits } from './request-limits.service.js';

const UNLIMITED = Symbol('unlimited');
export const UNLIMITED_EXTENSION = 'x-unlimited';

/** The route is not counted: probes, and callers who must get through and prove themselves by a signature. */
export const Unlimited = (): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(UNLIMITED, true), ApiExtension(UNLIMITED_EXTENSION, true));

const ADMITTED = Promise.resolve(true);

/**
 * The throttler's guard, over every route, after authentication. It differs from the library's in one thing: all limits
 * of a request are asked for together, in one round trip or none.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly limits: RequestLimits,
  ) {
    super(options, storage, reflector);
  }

  /** @throws RateLimited, ServiceUnavailable */
  override canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(UNLIMITED, [context.getHandler(), context.getClass()])) {
      return ADMITTED;
    }
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const waiting = this.limits.admit(request, http.getResponse<FastifyReply>(), accessOf(this.reflector, context));
    return waiting ? waiting.then(() => true) : ADMITTED;
  }
}
