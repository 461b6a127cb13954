import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { ANONYMOUS, AuditNotes } from '#core/audit';
import { AppConfig } from '#core/config';
import { NotFound, Unauthenticated } from '#core/errors';
import { RequestLimits } from '#core/limits';
import { isOperatorPassword } from './operator-password.js';
import { BoardOpened } from './operators.audit.js';

/** What a browser is asked with: its own dialog for user and password. */
const CHALLENGE = 'Basic realm="BASE Agency operators", charset="UTF-8"';
/** An address that was let in is told again after this long. */
const TOLD_FOR_MS = 60 * 60_000;
const MAX_ADDRESSES = 1000;

/**
 * The door of the pages for whoever runs the installation, Bull Board and the mailbox: HTTP Basic of the user `operator`.
 * Every password from an address that was not let in within the hour is counted as one that is refused, before it is
 * looked at: whoever guesses too often is not told whether a guess was right.
 */
@Injectable()
export class OperatorDoor {
  private readonly letIn = new LRUCache<string, true>({ max: MAX_ADDRESSES, ttl: TOLD_FOR_MS });

  constructor(
    private readonly config: AppConfig,
    private readonly limits: RequestLimits,
    private readonly notes: AuditNotes,
  ) {}

  /**
   * Lets an operator pass.
   * @throws NotFound without a password in the configuration, Unauthenticated, RateLimited
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { bullBoardPassword: password } = this.config;
    if (!password) throw NotFound();
    const { authorization } = request.headers;
    const isRight = isOperatorPassword(authorization, password);
    if (isRight && this.letIn.has(request.ip)) return;
    if (authorization !== undefined) await this.limits.countRefusedCredentials(request, reply);
    const target = `${request.method} ${request.routeOptions.url ?? ''}`.slice(0, 255);
    if (isRight) {
      this.letIn.set(request.ip, true);
      this.notes.note(BoardOpened, { by: { kind: 'operator' }, target }, request);
      return;
    }
    const error = Unauthenticated('Give the user "operator" and the password of Bull Board (BULL_BOARD_PASSWORD).');
    if (authorization !== undefined) {
      this.notes.note(BoardOpened, { by: ANONYMOUS, target, outcome: 'denied', after: { code: error.code } }, request);
    }
    void reply.header('www-authenticate', CHALLENGE);
    throw error;
  }
}
