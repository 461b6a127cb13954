import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { IdempotencyKeyInvalid } from '#core/errors';

const PRINTABLE_ASCII = /^[\x21-\x7e]{1,255}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the text is a UUID that Postgres will take. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * The `Idempotency-Key` header, if there is one.
 * @throws IdempotencyKeyInvalid for one that is empty, too long or not printable ASCII
 */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !PRINTABLE_ASCII.test(key)) {
    throw IdempotencyKeyInvalid('Send 1 to 255 printable ASCII characters without spaces, e.g. a UUID.');
  }
  return key;
}

/** The header of an answer that is that of an earlier request. */
export const REPLAYED = 'idempotency-replayed';

export const OWN_IDEMPOTENCY = Symbol('own idempotency');

/** The route keeps its keys itself, in the transaction of what it makes; the interceptor of all others leaves it alone. */
export const OwnIdempotency = (): MethodDecorator => SetMetadata(OWN_IDEMPOTENCY, true);

/** Parameter decorator: the `Idempotency-Key` of the request. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) =>
  idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
