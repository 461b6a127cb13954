import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsInt, IsNumber, IsObject, IsString, Max, MaxLength, Min } from 'class-validator';
import { OptionalField } from '#core/http';
import { JobOptionsDto } from './jobs.dto.js';

const ASSET_OR_ADDRESS = 'The id of an asset, or an https address';

/** What the short forms have in common: a model, and what it knows beyond the common parameters. */
class JobFormDto extends JobOptionsDto {
  @ApiProperty({ description: 'A model of `GET /api/ai/models` that makes this medium' })
  @IsString()
  @MaxLength(200)
  model: string;

  @ApiPropertyOptional({
    description: 'Further parameters, by the names of the model’s own JSON Schema',
    type: 'object',
    additionalProperties: true,
    example: { seed: 7 },
  })
  @OptionalField()
  @IsObject()
  parameters?: Record<string, unknown>;
}

/** Asks for pictures. */
export class CreateImageJobDto extends JobFormDto {
  @ApiPropertyOptional({ description: 'What to make, in your own words', example: 'Um farol ao entardecer, aquarela' })
  @OptionalField()
  @IsString()
  prompt?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 10, description: 'How many pictures' })
  @OptionalField()
  @IsInt()
  @Min(1)
  @Max(10)
  n?: number;

  @ApiPropertyOptional({
    example: '1024x1024',
    description: 'Width x height, pixels. Models that know shapes only take the one of the same shape',
  })
  @OptionalField()
  @IsString()
  @MaxLength(20)
  size?: string;

  @ApiPropertyOptional({ example: 'medium', description: '`low`, `medium` or `high`, for models that have a choice' })
  @OptionalField()
  @IsString()
  @MaxLength(20)
  quality?: string;

  @ApiPropertyOptional({ type: [String], maxItems: 16, description: `Pictures to work from. ${ASSET_OR_ADDRESS} each` })
  @OptionalField()
  @ArrayMaxSize(16)
  @IsString({ each: true })
  @MaxLength(2048, { each: true })
  image?: string[];

  @ApiPropertyOptional({ description: `A PNG whose transparent areas are edited. ${ASSET_OR_ADDRESS}` })
  @OptionalField()
  @IsString()
  @MaxLength(2048)
  mask?: string;
}

/** Asks for a film. */
export class CreateVideoJobDto extends JobFormDto {
  @ApiPropertyOptional({ description: 'What happens, in your own words', example: 'Ondas quebram sob um farol' })
  @OptionalField()
  @IsString()
  prompt?: string;

  @ApiPropertyOptional({ description: `The first picture. ${ASSET_OR_ADDRESS}` })
  @OptionalField()
  @IsString()
  @MaxLength(2048)
  image?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 600, example: 5, description: 'Seconds' })
  @OptionalField()
  @IsInt()
  @Min(1)
  @Max(600)
  durationSeconds?: number;

  @ApiPropertyOptional({ example: '16:9', description: 'Width : height' })
  @OptionalField()
  @IsString()
  @MaxLength(20)
  aspectRatio?: string;
}

/** Asks for speech, a sound or music. */
export class CreateAudioJobDto extends JobFormDto {
  @ApiPropertyOptional({ description: 'What to say, or what it should sound like', example: 'Bom dia' })
  @OptionalField()
  @IsString()
  text?: string;

  @ApiPropertyOptional({ example: 'alloy', description: 'A voice of the model, by the name or id that it has there' })
  @OptionalField()
  @IsString()
  @MaxLength(100)
  voice?: string;

  @ApiPropertyOptional({ example: 'mp3', description: 'The kind of file, where the model has a choice' })
  @OptionalField()
  @IsString()
  @MaxLength(40)
  format?: string;

  @ApiPropertyOptional({ minimum: 0.5, maximum: 600, example: 5, description: 'Seconds; for sounds and music' })
  @OptionalField()
  @IsNumber()
  @Min(0.5)
  @Max(600)
  durationSeconds?: number;
}
