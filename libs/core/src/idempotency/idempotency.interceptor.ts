import { type CallHandler, type ExecutionContext, Injectable, Logger, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { AppConfig } from '#core/config';
import { canonicalJson, deriveKey, openText, sealText, sha256 } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import { IdempotencyConflict, IdempotencyInProgress, messageOf } from '#core/errors';
import { idempotencyKeyOf, OWN_IDEMPOTENCY, type Principal, REPLAYED } from '#core/http';
import { IdempotencyRepository, type KeyedRequest } from './idempotency.repository.js';

/** A first request that has not answered after this is taken for dead, and the next one with its key goes on. */
const LOCK_SECONDS = 60;

/**
 * Makes a POST with an `Idempotency-Key` happen once: the same key and body are answered as the first time, another body
 * is refused, and so is a repetition while the first is under way. A key belongs to the caller, the organization and the
 * route. Only successes are kept: a refused request changed nothing and may be tried again under its key. Answers may hold
 * secrets that are shown once (API keys), so all are sealed with a key derived from `APP_SECRET`, and kept two days.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Idempotency');
  private readonly sealingKey: Buffer;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: IdempotencyRepository,
    private readonly reflector: Reflector,
    config: AppConfig,
  ) {
    this.sealingKey = deriveKey(config.appSecret, 'idempotent-answers');
  }

  /** @throws IdempotencyKeyInvalid, IdempotencyConflict, IdempotencyInProgress */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (request.method !== 'POST' || !request.principal) return next.handle();
    if (this.reflector.get<boolean | undefined>(OWN_IDEMPOTENCY, context.getHandler())) return next.handle();
    const key = idempotencyKeyOf(request);
    if (key === undefined || !isRepeatable(request)) return next.handle();
    return from(this.once(keyedRequest(key, request, request.principal), http.getResponse<FastifyReply>(), next));
  }

  private async once(keyed: KeyedRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const known = await this.repository.begin(this.db, keyed, LOCK_SECONDS);
    switch (known.outcome) {
      case 'conflict':
        throw IdempotencyConflict('Send the body of the first request, or another key.');
      case 'in_progress':
        throw IdempotencyInProgress({ detail: 'Wait for it, then send this again.', retryAfterSeconds: 1 });
      case 'done':
        void reply.status(known.status).header(REPLAYED, 'true');
        return known.body === null
          ? undefined
          : (JSON.parse(openText(this.sealingKey, known.body, placeOf(keyed))) as unknown);
      default:
        return this.run(keyed, reply, next);
    }
  }

  private async run(keyed: KeyedRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    let answer: unknown;
    try {
      answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      await this.quietly(this.repository.abandon(this.db, keyed));
      throw error;
    }
    const body = answer === undefined ? null : sealText(this.sealingKey, JSON.stringify(answer), placeOf(keyed));
    await this.quietly(this.repository.finish(this.db, keyed, reply.statusCode, body));
    return answer;
  }

  /** The request itself has been decided; the key frees itself when its lock ends. */
  private async quietly(writing: Promise<void>): Promise<void> {
    await writing.catch((error: unknown) => this.logger.warn(`A key was not settled: ${messageOf(error)}`));
  }
}

/** What cannot be compared cannot be repeated: files and streams are not read here. */
function isRepeatable(request: FastifyRequest): boolean {
  const type = request.headers['content-type'];
  return type === undefined || type.startsWith('application/json');
}

/** Of one caller: what one member was answered, a secret perhaps, is not another's to see. */
function keyedRequest(key: string, request: FastifyRequest, principal: Principal): KeyedRequest {
  const caller = principal.userId ?? principal.apiKeyId ?? '';
  const operation = `POST ${request.routeOptions.url ?? ''}`.slice(0, 120);
  return {
    scope: principal.organization?.id ?? caller,
    key: `route:${sha256([operation, caller, key].join('\n')).toString('base64url')}`,
    operation,
    requestHash: sha256(canonicalJson({ url: request.url, body: request.body ?? null })).toString('hex'),
  };
}

function placeOf({ scope, key }: KeyedRequest): string {
  return `${scope}/${key}`;
}
