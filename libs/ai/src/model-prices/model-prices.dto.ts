import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { PRICE_UNITS, type PriceUnit } from '#billing';
import { IsDateTime, OptionalField } from '#core/http';
import { IsFlatMetadata } from '../jobs/metadata.validator.js';

const MAX_LINES = 200;
/** Nobody means more; a slip of the hand is refused before anything is charged by it. */
const MAX_AMOUNT = 1_000_000_000;

export class NewPriceLineDto {
  @ApiProperty({ example: 'output', description: 'What is counted: one of the `charges` of the model' })
  @Matches(/^[a-z][a-z0-9_]{0,39}$/, { message: 'must be a name like output or input_text' })
  component: string;

  @ApiProperty({ enum: PRICE_UNITS, enumName: 'PriceUnit', example: 'image' })
  @IsIn(PRICE_UNITS)
  unit: string;

  @ApiPropertyOptional({
    default: 1,
    minimum: 1,
    maximum: MAX_AMOUNT,
    description: 'The amounts are for so many units',
  })
  @OptionalField()
  @IsInt()
  @Min(1)
  @Max(MAX_AMOUNT)
  unitSize?: number;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { resolution: '4k' },
    description: 'The requests this line is for; left out: any. The line with the most that fit counts',
  })
  @OptionalField()
  @IsFlatMetadata()
  dimensions?: Record<string, string>;

  @ApiProperty({ minimum: 0, maximum: MAX_AMOUNT, example: 110000, description: 'Millionths of a US dollar' })
  @IsInt()
  @Min(0)
  @Max(MAX_AMOUNT)
  costUsdMicros: number;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: MAX_AMOUNT,
    description: 'What customers pay; left out: the cost and a quarter more, for as many units as make it nearly exact',
  })
  @OptionalField()
  @IsInt()
  @Min(1)
  @Max(MAX_AMOUNT)
  credits?: number;

  @ApiPropertyOptional({
    description: 'The provider bills it and nobody is charged for it; then `credits` has no meaning',
  })
  @OptionalField()
  @IsBoolean()
  costOnly?: boolean;
}

/** The next version of a model's prices: all of its lines. */
export class EnterPricesDto {
  @ApiProperty({ example: 'freepik/mystic' })
  @IsString()
  @Length(1, 120)
  model: string;

  @ApiProperty({ type: [NewPriceLineDto], minItems: 1, maxItems: MAX_LINES })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => NewPriceLineDto)
  lines: NewPriceLineDto[];

  @ApiPropertyOptional({ format: 'date-time', description: 'When it begins, with its offset; left out: now' })
  @OptionalField()
  @IsDateTime()
  effectiveFrom?: string;

  @ApiProperty({ minLength: 1, maxLength: 300, description: 'Where the figures were read; kept with them' })
  @Length(1, 300)
  @Matches(/\S/, { message: 'must not be blank' })
  source: string;

  @ApiPropertyOptional({
    default: false,
    description: 'It is meant that a line sells below its cost, or changes what a request pays more than tenfold',
  })
  @OptionalField()
  @IsBoolean()
  confirm?: boolean;
}

/** A line of a version that was, is, or will be in force. */
export class PriceHistoryLineDto {
  @ApiProperty()
  version: number;

  @ApiProperty({ type: String, format: 'date-time' })
  validFrom: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  validUntil: Date | null;

  @ApiProperty({ example: 'output' })
  component: string;

  @ApiProperty({ example: 'image' })
  unit: string;

  @ApiProperty()
  unitSize: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  dimensions: Record<string, string>;

  @ApiProperty({ description: 'Millionths of a US dollar' })
  costUsdMicros: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'What customers pay for `unitSize` units; null: the cost is watched, and nobody is charged for it',
  })
  credits: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 25,
    description:
      '`credits` over the cost, per cent, rounded down; below 0: at a loss. null: nothing charged, or nothing paid',
  })
  markupPercent: number | null;

  @ApiProperty()
  source: string;
}

export class EnteredPricesDto {
  @ApiProperty({ example: 'freepik/mystic' })
  model: string;

  @ApiProperty({ example: 1, description: 'Quotes, jobs and receipts name it' })
  version: number;

  @ApiProperty({ type: String, format: 'date-time' })
  validFrom: Date;

  @ApiProperty({ type: [PriceHistoryLineDto], description: 'What it charges, as computed' })
  lines: PriceHistoryLineDto[];

  @ApiProperty({ type: [PriceHistoryLineDto], description: 'What ends where it begins' })
  replaced: PriceHistoryLineDto[];
}

/** What a model is sold by, and for how much. */
export class ModelPriceHistoryDto {
  @ApiProperty({ example: 'freepik/mystic' })
  model: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: [...PRICE_UNITS] },
    example: { output: 'image' },
    description: 'What is charged for, with its unit',
  })
  charges: Record<string, PriceUnit>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    example: { resolution: ['1k', '2k', '4k'] },
    description: 'What its price may depend on, with every value',
  })
  dimensions: Record<string, readonly string[]>;

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: { type: 'string' } },
    description: 'The requests that have no price now, and are refused',
  })
  unpriced: Record<string, string>[];

  @ApiProperty({ type: [PriceHistoryLineDto], description: 'Of all versions, the newest first' })
  lines: PriceHistoryLineDto[];
}

export class PriceHistoryDto {
  @ApiProperty({ type: [ModelPriceHistoryDto], description: 'Every model of the catalogue' })
  data: ModelPriceHistoryDto[];
}
