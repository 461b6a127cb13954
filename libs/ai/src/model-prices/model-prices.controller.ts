import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal, ProblemResponse } from '#core/http';
import { EnteredPricesDto, EnterPricesDto, PriceHistoryDto } from './model-prices.dto.js';
import { ModelPrices } from './model-prices.service.js';

@ApiTags('admin')
@Controller('api/admin/prices')
export class ModelPricesController {
  constructor(private readonly prices: ModelPrices) {}

  @Get()
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'listPriceHistory',
    summary: 'What every model is sold by, and all versions of its price, with what it costs us',
    description:
      'Amounts in millionths of a US dollar and in credits, both for `unitSize` units. `unpriced` names the requests that are refused for want of a price.',
  })
  @ApiOkResponse({ type: PriceHistoryDto })
  listPriceHistory(): Promise<PriceHistoryDto> {
    return this.prices.list();
  }

  @Post()
  @HttpCode(200)
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'enterPrices',
    summary: "Enter the next version of a model's prices",
    description:
      'The lines must price every request that the model takes, once. What was in force ends where the new version begins, ' +
      'and stays in the history; versions that were to begin later are withdrawn. Quotes and jobs that were accepted keep ' +
      'their prices. Every node knows within five seconds. A line that sells below its cost, or that changes what a request ' +
      'pays more than tenfold, is refused with `below_cost` or `price_leap` at the line until `confirm` is sent with it.',
  })
  @ApiOkResponse({ type: EnteredPricesDto })
  @ProblemResponse(422, '`request.invalid`, `ai.unknown_model`, `ai.model_retired`')
  enterPrices(@CurrentPrincipal() operator: Principal, @Body() body: EnterPricesDto): Promise<EnteredPricesDto> {
    return this.prices.enter(operator, body);
  }
}
