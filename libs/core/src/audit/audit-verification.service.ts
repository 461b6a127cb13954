import { Injectable } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { NotFound } from '#core/errors';
import type { AuditVerificationDto } from './audit.dto.js';
import { AuditLinesRepository } from './audit-lines.repository.js';

const MAX_BREAKS = 100;

/** Recomputes the chains of hashes over the audit log. */
@Injectable()
export class AuditVerificationService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly lines: AuditLinesRepository,
  ) {}

  /** @param organizationId only this chain (the nil UUID: the platform's); null: all. @throws NotFound */
  async verify(organizationId: string | null): Promise<AuditVerificationDto> {
    if (organizationId && !(await this.lines.hasChain(this.db, organizationId)))
      throw NotFound('There is no such organization.');
    const breaks = await this.lines.listBreaks(this.db, organizationId, MAX_BREAKS);
    const counts = await this.lines.count(this.db, organizationId);
    return { intact: breaks.length === 0, ...counts, firstBreak: breaks[0] ?? null, breaks };
  }
}
