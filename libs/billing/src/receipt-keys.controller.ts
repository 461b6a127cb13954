import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '#core/http';
import { ReceiptSigner } from './receipt-signer.service.js';

/** A JSON Web Key Set (RFC 7517). */
export class ReceiptKeysDto {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  keys: object[];
}

@ApiTags('billing')
@Controller('api/billing')
export class ReceiptKeysController {
  constructor(private readonly signer: ReceiptSigner) {}

  @Get('.well-known/jwks.json')
  @Public()
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({
    operationId: 'getReceiptKeys',
    summary: 'The public keys that verify receipts',
    description: 'Keys are added and never taken away: a receipt verifies for ever.',
  })
  @ApiOkResponse({ type: ReceiptKeysDto })
  getReceiptKeys(): Promise<ReceiptKeysDto> {
    return this.signer.published();
  }
}
