import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant } from '#core/http';
import { BillingProfileDto } from './billing-profile.dto.js';
import { BillingProfileService } from './billing-profile.service.js';

@ApiTags('billing')
@Controller('api/billing/profile')
export class BillingProfileController {
  constructor(private readonly profiles: BillingProfileService) {}

  @Get()
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({ operationId: 'getBillingProfile', summary: 'Who the invoices are made out to' })
  @ApiOkResponse({ type: BillingProfileDto })
  @ProblemResponse(404, 'None was saved yet')
  getBillingProfile(@CurrentTenant() tenant: Tenant): Promise<BillingProfileDto> {
    return this.profiles.get(tenant);
  }

  @Put()
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({ operationId: 'saveBillingProfile', summary: 'Save who the next invoices are made out to' })
  @ApiOkResponse({ type: BillingProfileDto })
  @ProblemResponse(422, '`billing.tax_id_invalid`, `request.invalid`')
  saveBillingProfile(@CurrentTenant() tenant: Tenant, @Body() body: BillingProfileDto): Promise<BillingProfileDto> {
    return this.profiles.save(tenant, body);
  }
}
