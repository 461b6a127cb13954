import { ApiProperty } from '@nestjs/swagger';
import { MEDIA_TYPES, type MediaType } from '../gallery/generations.dto.js';

export class InBothLanguagesDto {
  @ApiProperty({ example: 'Product in the studio' })
  en: string;

  @ApiProperty({ name: 'pt-BR', example: 'Produto em estúdio' })
  'pt-BR': string;
}

export class TemplateChoiceDto {
  @ApiProperty({ example: 'sandbox/image' })
  model: string;

  @ApiProperty({ description: 'Where in the input the prompt goes', example: 'prompt' })
  promptField: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The rest of the input',
    example: { size: '1080x1350' },
  })
  input: Record<string, unknown>;
}

/** A starting point: what to ask for, and with which models. */
export class TemplateDto {
  @ApiProperty({ example: 'product-studio' })
  id: string;

  @ApiProperty({ enum: MEDIA_TYPES, enumName: 'MediaType' })
  type: MediaType;

  @ApiProperty({ type: InBothLanguagesDto })
  title: InBothLanguagesDto;

  @ApiProperty({ type: InBothLanguagesDto, description: 'Where such a thing is used' })
  use: InBothLanguagesDto;

  @ApiProperty({ type: InBothLanguagesDto })
  prompt: InBothLanguagesDto;

  @ApiProperty({ type: [TemplateChoiceDto], description: 'Models that it suits; the first runs without any provider' })
  choices: TemplateChoiceDto[];
}

export class TemplateListDto {
  @ApiProperty({ type: [TemplateDto] })
  data: TemplateDto[];
}
