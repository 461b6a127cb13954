import { Injectable } from '@nestjs/common';
import { type AuditAction, type AuditActor, AuditTrail } from '#core/audit';
import { type Db, InjectDb, type Trx } from '#core/db';
import { NotFound } from '#core/errors';
import { EventSignals } from '#core/realtime';
import { CreditsAdjusted, CreditsGranted, CreditsRefunded, CreditsUnfrozen } from './billing.audit.js';
import { InvalidMovement } from './billing.errors.js';
import { CreditsRepository, type Moved } from './credits.repository.js';

/** What an operator does to an organization's credits, and why. */
export interface Correction {
  organizationId: string;
  /** Of an adjustment it may be negative; never 0. */
  amountCredits: bigint;
  /** Kept with the ledger line, which the customer sees, and in the audit log. */
  reason: string;
  /** Unique per organization, for ever; the same call again answers what the first one did. */
  idempotencyKey: string;
}

/** Movements that operators make by hand: each is a ledger line, an event and a line of the audit log, together. */
@Injectable()
export class CreditCorrectionsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly credits: CreditsRepository,
    private readonly audit: AuditTrail,
    private readonly signals: EventSignals,
  ) {}

  /** Gives credits. @throws the refusals of CreditsRepository.credit */
  grant(operator: AuditActor, correction: Correction & { expiresAt?: Date | null }): Promise<Moved> {
    return this.correct(operator, CreditsGranted, correction, { expiresAt: correction.expiresAt }, (trx) =>
      this.credits.credit(trx, { ...movementOf(correction), source: 'grant', expiresAt: correction.expiresAt }),
    );
  }

  /** Adds to the balance, or takes from it. @throws the refusals of CreditsRepository.credit and debit */
  adjust(operator: AuditActor, correction: Correction): Promise<Moved> {
    const { amountCredits } = correction;
    return this.correct(operator, CreditsAdjusted, correction, {}, (trx) =>
      amountCredits < 0n
        ? this.credits.debit(trx, { ...movementOf(correction), amountCredits: -amountCredits })
        : this.credits.credit(trx, { ...movementOf(correction), source: 'adjust' }),
    );
  }

  /** Gives back what a job was charged, in whole or in part. @throws the refusals of CreditsRepository.refundJob */
  refund(operator: AuditActor, jobId: string, correction: Correction): Promise<Moved> {
    return this.correct(operator, CreditsRefunded, correction, { jobId }, (trx) =>
      this.credits.refundJob(trx, jobId, movementOf(correction)),
    );
  }

  /** Lets frozen credits move again, after somebody has looked. @throws NotFound when there is nothing frozen */
  async unfreeze(operator: AuditActor, organizationId: string, reason: string): Promise<void> {
    assertReason(reason);
    await this.db.transaction().execute(async (trx) => {
      const frozenReason = await this.credits.unfreeze(trx, organizationId);
      if (frozenReason === undefined) throw NotFound();
      await this.audit.write(trx, CreditsUnfrozen, {
        by: operator,
        organizationId,
        target: organizationId,
        before: { frozenReason },
        after: { reason },
      });
    });
  }

  private async correct(
    operator: AuditActor,
    action: AuditAction<'amount' | 'reason' | 'transactionId' | 'jobId' | 'expiresAt'>,
    { organizationId, amountCredits, reason }: Correction,
    particulars: { jobId?: string; expiresAt?: Date | null },
    move: (trx: Trx) => Promise<Moved>,
  ): Promise<Moved> {
    assertReason(reason);
    const moved = await this.db.transaction().execute(async (trx) => {
      const moved = await move(trx);
      await this.audit.write(trx, action, {
        by: operator,
        organizationId,
        target: organizationId,
        after: { amount: amountCredits, reason, transactionId: moved.transactionId, ...particulars },
      });
      return moved;
    });
    this.signals.announce([organizationId]);
    return moved;
  }
}

function assertReason(reason: string): void {
  if (reason.trim() === '') throw InvalidMovement('Say why: it is kept with what you did.');
}

function movementOf({ organizationId, amountCredits, idempotencyKey, reason }: Correction) {
  return { organizationId, amountCredits, idempotencyKey, description: reason.slice(0, 500) };
}
