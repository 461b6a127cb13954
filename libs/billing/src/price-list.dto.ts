import { ApiProperty } from '@nestjs/swagger';

/** What a credit costs in the smallest pack; larger ones and plans sell it for less. */
export class CreditPriceDto {
  @ApiProperty({ example: 1000, description: 'Millionths of a US dollar' })
  usdMicros: number;

  @ApiProperty({ example: 5900, description: 'Millionths of a Brazilian real' })
  brlMicros: number;
}

/** `credits` for every `unitSize` units of a component, when the request has these dimensions. */
export class PriceLineDto {
  @ApiProperty({ example: 'output', description: 'What is counted: what is made, or what is sent' })
  component: string;

  @ApiProperty({ example: 'image' })
  unit: string;

  @ApiProperty({ example: 100 })
  unitSize: number;

  @ApiProperty({ example: 738, description: 'A job pays the exact sum of its components, rounded up once' })
  credits: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { size: '1024x1024', quality: 'low' },
    description: 'The parameters this line is for; empty: any. The line with the most that fit counts',
  })
  dimensions: Record<string, string>;

  @ApiProperty({ type: String, format: 'date-time' })
  validFrom: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it ends; null: not known' })
  validUntil: Date | null;
}

export class ModelPricesDto {
  @ApiProperty({ example: 'openai/gpt-image-2' })
  model: string;

  @ApiProperty({ example: 'openai' })
  provider: string;

  @ApiProperty({ example: 1, description: 'Quotes, jobs and receipts name it' })
  version: number;

  @ApiProperty({ type: [PriceLineDto] })
  lines: PriceLineDto[];
}

export class PriceListDto {
  @ApiProperty({ type: CreditPriceDto, nullable: true, description: 'null: no packs are on offer' })
  credit: CreditPriceDto | null;

  @ApiProperty({ type: [ModelPricesDto], description: 'By name' })
  models: ModelPricesDto[];
}
