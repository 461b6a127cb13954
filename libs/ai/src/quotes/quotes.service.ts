import { Injectable } from '@nestjs/common';
import { newId } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import type { Tenant } from '#core/http';
import { JobInputs } from '../inputs/job-inputs.js';
import { JobRequests } from '../jobs/job-requests.js';
import type { CreateQuoteDto, QuoteDto } from '../jobs/jobs.dto.js';
import { JobsRepository } from '../jobs/jobs.repository.js';

/** Promises of price. */
@Injectable()
export class QuotesService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly jobs: JobsRepository,
    private readonly requests: JobRequests,
    private readonly inputs: JobInputs,
  ) {}

  /**
   * Fixes the price of a request, and of its fallbacks, for 15 minutes: a job made with it is priced by it.
   * @throws the refusals of JobRequests and JobInputs
   */
  async create(tenant: Tenant, dto: CreateQuoteDto): Promise<QuoteDto> {
    const request = await this.requests.prepare(tenant, dto);
    await this.inputs.checkFiles(tenant, request.model, request.input);
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
