import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Db, InjectDb } from '#core/db';
import { Authenticated } from '#core/http';
import { type ProviderStatusDto, ProviderStatusesDto } from './provider-status.dto.js';
import { ProviderStatusRepository } from './provider-status.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';

@ApiTags('admin')
@Controller('api/admin/providers')
export class ProviderStatusController {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly statuses: ProviderStatusRepository,
    private readonly providers: ProviderRegistry,
  ) {}

  @Get()
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'listProviders',
    summary: 'How every provider was doing when it was last asked, and how the jobs of the last hour went there',
    description:
      'Each provider that has a key is asked every two minutes; `lastHour` counts the jobs that ended there in the last 60 minutes.',
  })
  @ApiOkResponse({ type: ProviderStatusesDto })
  async listProviders(): Promise<ProviderStatusesDto> {
    const known = new Map((await this.statuses.list(this.db)).map((status) => [status.provider, status]));
    const hours = await this.statuses.listHours(this.db);
    const data = this.providers.all().map((provider) => ({
      ...(known.get(provider.id) ?? NEVER_ASKED),
      provider: provider.id,
      configured: provider.isConfigured(),
      lastHour: hours.get(provider.id) ?? NO_JOBS,
    }));
    return { data };
  }
}

const NO_JOBS = { jobs: 0, succeeded: 0, failed: 0, unknownOutcomes: 0, medianMs: null, p95Ms: null };

const NEVER_ASKED: Omit<ProviderStatusDto, 'provider' | 'configured' | 'lastHour'> = {
  ...{ state: 'unknown', latencyMs: null, detail: null },
  ...{ checkedAt: null, changedAt: null, keyRefusedAt: null },
};
