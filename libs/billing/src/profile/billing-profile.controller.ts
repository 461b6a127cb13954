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
  @ApiOperation({
    operationId: 'getBillingProfile',
    summary: 'Who the invoices are made out to',
    description: 'Name, tax id and address as they stand on the next invoice; those that were issued keep theirs.',
  })
  @ApiOkResponse({ type: BillingProfileDto })
  @ProblemResponse(404, 'None was saved yet')
  getBillingProfile(@CurrentTenant() tenant: Tenant): Promise<BillingProfileDto> {
    return this.profiles.get(tenant);
  }

  @Put()
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({
    operationId: 'saveBillingProfile',
    summary: 'Save who the next invoices are made out to',
    description:
      'All of it is replaced. A CPF or CNPJ (letters included, as from July 2026) is checked by its digits; invoices that were issued keep what they say.',
  })
  @ApiOkResponse({ type: BillingProfileDto })
  @ProblemResponse(422, '`billing.tax_id_invalid`, `request.invalid`')
  saveBillingProfile(@CurrentTenant() tenant: Tenant, @Body() body: BillingProfileDto): Promise<BillingProfileDto> {
    return this.profiles.save(tenant, body);
  }
}
