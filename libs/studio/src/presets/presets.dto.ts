import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, IsString, Length } from 'class-validator';
import { DisplayName, OptionalField } from '#core/http';
import { MEDIA_TYPES, type MediaType } from '../gallery/generations.dto.js';

export class CreatePresetDto {
  @ApiProperty({ minLength: 1, maxLength: 120, example: 'Feed, luz natural' })
  @DisplayName()
  name: string;

  @ApiProperty({
    minLength: 1,
    maxLength: 120,
    example: 'sandbox/image',
    description: 'A model of `GET /api/ai/models`',
  })
  @IsString()
  @Length(1, 120)
  model: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Any fields of the model’s input, at most 32 kB. What is left out is filled in when it is used',
    example: { size: '1080x1350' },
  })
  @IsObject()
  input: Record<string, unknown>;

  @ApiPropertyOptional({
    default: false,
    description: 'For everybody in the organization; false: for me alone. What an API key makes is always shared',
  })
  @OptionalField()
  @IsBoolean()
  shared?: boolean;
}

/** What is left out stays as it is. */
export class UpdatePresetDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: 120, example: 'Feed, luz de estúdio' })
  @OptionalField()
  @DisplayName()
  name?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 120, description: 'A model of `GET /api/ai/models`' })
  @OptionalField()
  @IsString()
  @Length(1, 120)
  model?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Replaces all fields' })
  @OptionalField()
  @IsObject()
  input?: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'True: for everybody; false: mine alone from now on' })
  @OptionalField()
  @IsBoolean()
  shared?: boolean;
}

/** A saved form: a model and some of its input. */
export class PresetDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ enum: MEDIA_TYPES, enumName: 'MediaType', description: 'What the model makes' })
  type: MediaType;

  @ApiProperty({ example: 'sandbox/image' })
  model: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  input: Record<string, unknown>;

  @ApiProperty({ description: 'For everybody in the organization; false: mine alone' })
  shared: boolean;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty()
  updatedAt: Date;
}

export class PresetListDto {
  @ApiProperty({ type: [PresetDto] })
  data: PresetDto[];
}

export class ListPresetsQuery {
  @ApiPropertyOptional({ enum: MEDIA_TYPES, enumName: 'MediaType' })
  @OptionalField()
  @IsIn(MEDIA_TYPES)
  type?: MediaType;
}
