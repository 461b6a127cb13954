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
  @ApiOperation({ operationId: 'listPlans', summary: 'The plans and credit packs, with their prices' })
  @ApiOkResponse({ type: PlanListDto })
  listPlans(): Promise<PlanListDto> {
    return this.plans.catalogue();
  }
}
