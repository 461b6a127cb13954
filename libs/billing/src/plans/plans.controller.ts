import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '#core/http';
import { PlanListDto } from './plans.dto.js';
import { PlansService } from './plans.service.js';

@ApiTags('billing')
@Controller('api/billing/plans')
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  @Get()
  @Public()
  @ApiOperation({
    operationId: 'listPlans',
    summary: 'The plans and credit packs, with their prices',
    description:
      'Prices in cents a month, to which no tax is added; credits come once a month and end with it. Packs are bought beside a plan and last a year.',
  })
  @ApiOkResponse({ type: PlanListDto })
  listPlans(): Promise<PlanListDto> {
    return this.plans.catalogue();
  }
}
