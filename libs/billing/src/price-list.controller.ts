import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '#core/http';
import { PriceListDto } from './price-list.dto.js';
import { PriceListService } from './price-list.service.js';

@ApiTags('billing')
@Controller('api/billing/prices')
export class PriceListController {
  constructor(private readonly prices: PriceListService) {}

  @Get()
  @Public()
  @Header('cache-control', 'public, max-age=60')
  @ApiOperation({
    operationId: 'listPrices',
    summary: 'The price list in force: credits per unit of every model, and what a credit costs',
    description:
      'Models without a price are refused, and none is free. Some that are listed may be unavailable on this installation: ' +
      '`GET /api/ai/models` tells. What one request costs at most is told, and promised, by `POST /api/ai/quotes`.',
  })
  @ApiOkResponse({ type: PriceListDto })
  listPrices(): Promise<PriceListDto> {
    return this.prices.list();
  }
}
