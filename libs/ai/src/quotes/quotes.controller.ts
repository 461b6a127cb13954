import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant } from '#core/http';
import { CreateQuoteDto, QuoteDto } from '../jobs/jobs.dto.js';
import { QuotesService } from './quotes.service.js';

@ApiTags('ai')
@Controller('api/ai/quotes')
export class QuotesController {
  constructor(private readonly quotes: QuotesService) {}

  @Post()
  @Authenticated({ permission: 'jobs:create', testKeys: true })
  @ApiOperation({
    operationId: 'createQuote',
    summary: 'Promise a price for 15 minutes',
    description:
      'With `fallbackModels` it covers them: `maxCredits` is the most that any of the chain can cost, `estimatedCredits` what ' +
      '`model` costs. A job with the quote may name no model that costs more than `maxCredits`. A job made with the quote is held and ' +
      'charged by the prices of the quote, also after they have changed. Assets and masks of the input are checked as for a ' +
      'job; an address is fetched only when the job is made.',
  })
  @ApiCreatedResponse({ type: QuoteDto })
  @ProblemResponse(
    422,
    'Unknown or unpriced model, an input that does not fit its schema, or an asset that is not there or does not fit',
  )
  createQuote(@CurrentTenant() tenant: Tenant, @Body() dto: CreateQuoteDto): Promise<QuoteDto> {
    return this.quotes.create(tenant, dto);
  }
}
