import { Injectable } from '@nestjs/common';
import { chargedPriceOf, ReceiptSigner } from '#billing';
import { AppConfig } from '#core/config';
import { type Db, InjectDb, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import type { Tenant } from '#core/http';
import { ReceiptNotReady } from '../ai.errors.js';
import { isFinal } from '../jobs/job-status.js';
import type { ReceiptDto, SignedReceiptDto } from './receipts.dto.js';
import { type ReceiptFacts, ReceiptsRepository, type RefundFacts } from './receipts.repository.js';

/** Receipts of jobs that ended. */
@Injectable()
export class ReceiptsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ReceiptsRepository,
    private readonly signer: ReceiptSigner,
    private readonly config: AppConfig,
  ) {}

  /** @throws NotFound also for another organization's job; ReceiptNotReady while it has not ended */
  async get(tenant: Tenant, jobId: string): Promise<SignedReceiptDto> {
    const organizationId = tenant.organization.id;
    const { facts, refunds } = await withTenant(this.db, tenant.claims, async (trx) => ({
      facts: await this.repository.find(trx, tenant, jobId),
      refunds: await this.repository.listRefunds(trx, organizationId, jobId),
    }));
    if (!facts) throw NotFound();
    const { finishedAt } = facts;
    if (!isFinal(facts.status) || !finishedAt)
      throw ReceiptNotReady(`It is ${facts.status}; ask again when it has ended.`);
    const receipt = toReceipt(organizationId, { ...facts, refunds }, finishedAt);
    const jws = await this.signer.sign({
      iss: this.config.http.publicUrl,
      sub: organizationId,
      jti: jobId,
      iat: Math.floor(finishedAt.getTime() / 1000),
      receipt,
    });
    return { receipt, jws };
  }
}

function toReceipt(
  organizationId: string,
  facts: ReceiptFacts & { refunds: RefundFacts[] },
  finishedAt: Date,
): ReceiptDto {
  const { holdCredits, heldAt, resolvedAt, holdState } = facts;
  const held = holdCredits ?? 0n;
  const charged = holdState === 'settled' ? (facts.settledCredits ?? 0n) : 0n;
  return {
    jobId: facts.jobId,
    organizationId,
    status: facts.status,
    type: facts.type,
    model: facts.model,
    provider: facts.provider,
    testMode: facts.testMode,
    priceVersion: facts.priceVersion,
    price: chargedPriceOf(facts.price),
    quoteId: facts.quoteId,
    hold: heldAt && held > 0n ? { credits: Number(held), at: heldAt } : null,
    settle: resolvedAt && charged > 0n ? { credits: Number(charged), at: resolvedAt } : null,
    release:
      resolvedAt && held > charged
        ? { credits: Number(held - charged), at: resolvedAt, reason: facts.releaseReason ?? 'unused' }
        : null,
    chargedCredits: Number(charged),
    refunds: facts.refunds.map((refund) => ({ ...refund, credits: Number(refund.credits) })),
    refundedCredits: facts.refunds.reduce((sum, { credits }) => sum + Number(credits), 0),
    reason: facts.errorCode,
    createdAt: facts.createdAt,
    startedAt: facts.startedAt,
    finishedAt,
  };
}
