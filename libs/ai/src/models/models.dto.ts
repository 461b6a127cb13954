import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { OptionalField } from '#core/http';
import { ABILITIES, type Ability } from './model.js';
import { MEDIA_TYPES, type MediaType } from '../providers/provider.js';

/** One line of a model's price. `credits` for every `unitSize` units. */
export class ModelPriceDto {
  @ApiProperty({ example: 'output' })
  component: string;

  @ApiProperty({ example: 'image' })
  unit: string;

  @ApiProperty({ example: 1 })
  unitSize: number;

  @ApiProperty({ example: 5 })
  credits: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The parameters this line is for; empty: any',
  })
  dimensions: Record<string, string>;
}

export class ModelRetirementDto {
  @ApiProperty({ format: 'date' })
  date: string;

  @ApiProperty()
  successor: string;
}

/** A model one can ask for generations. */
export class ModelDto {
  @ApiProperty({ example: 'sandbox/image' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  description: string;

  @ApiProperty({ enum: MEDIA_TYPES, enumName: 'MediaType' })
  type: string;

  @ApiProperty({ example: 'image-generation', description: 'What it is mainly for' })
  ability: string;

  @ApiProperty({ type: [String], description: 'All it can be asked for, the main one first' })
  abilities: string[];

  @ApiProperty({ example: 'sandbox' })
  provider: string;

  @ApiProperty({ example: 'image', description: "The model's name or route at the provider" })
  providerModel: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['image', 'video', 'audio'] },
    description: 'Fields of the input that refer to files (an https address, or the id of an asset), with their kind',
  })
  inputFiles: Record<string, string>;

  @ApiProperty({
    description:
      'Whether everybody can use it on this installation: credentials and a price are there. An organization with its ' +
      'own key at the provider can use it in any case',
  })
  available: boolean;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'JSON Schema 2020-12 of the input' })
  inputSchema: Record<string, unknown>;

  @ApiProperty({ type: [ModelPriceDto] })
  prices: ModelPriceDto[];

  @ApiProperty({ description: 'The typical time from start to file, milliseconds' })
  expectedMs: number;

  @ApiProperty({ type: ModelRetirementDto, nullable: true })
  retirement: ModelRetirementDto | null;
}

export class ListModelsQuery {
  @ApiPropertyOptional({ enum: MEDIA_TYPES, enumName: 'MediaType' })
  @OptionalField()
  @IsIn(MEDIA_TYPES)
  type?: MediaType;

  @ApiPropertyOptional({ enum: ABILITIES, description: 'Among all it can be asked for' })
  @OptionalField()
  @IsIn(ABILITIES)
  ability?: Ability;

  @ApiPropertyOptional({ example: 'replicate', description: 'Whose models' })
  @OptionalField()
  @IsString()
  @MaxLength(40)
  provider?: string;
}

export class ModelListDto {
  @ApiProperty({ type: [ModelDto] })
  data: ModelDto[];
}
