import { Injectable } from '@nestjs/common';
import { newId } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import type { Tenant } from '#core/http';
import { JobRequests } from './job-requests.js';
import type { CreateQuoteDto, QuoteDto } from './jobs.dto.js';
import { JobsRepository } from './jobs.repository.js';

/** Promises of price. */
@Injectable()
export class QuotesService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly jobs: JobsRepository,
    private readonly requests: JobRequests,
  ) {}

  /**
   * Fixes the price of a request, and of its fallbacks, for 15 minutes: a job made with it is priced by it.
   * @throws the refusals of JobRequests
   */
  async create(tenant: Tenant, dto: CreateQuoteDto): Promise<QuoteDto> {
    const request = await this.requests.prepare(tenant, dto);
    const id = newId();
    const { expiresAt } = await this.jobs.insertQuote(this.db, {
      id,
      organizationId: tenant.organization.id,
      userId: tenant.userId,
      model: request.model.id,
      inputHash: request.hash,
      estimatedCredits: request.estimatedCredits,
      maxCredits: request.maximumCredits,
      price: request.frozenPrice,
      priceVersion: request.price.version,
    });
    return {
      id,
      model: request.model.id,
      estimatedCredits: Number(request.estimatedCredits),
      maxCredits: Number(request.maximumCredits),
      priceVersion: request.price.version,
      expiresAt,
    };
  }
}
