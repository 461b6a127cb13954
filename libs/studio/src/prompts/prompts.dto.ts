import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsString, Length } from 'class-validator';
import { OptionalField } from '#core/http';
import { MEDIA_TYPES, type MediaType } from '../gallery/generations.dto.js';

export const MAX_PROMPT_CHARACTERS = 4000;

/** What a prompt can say of a picture, a film or a sound. */
export const ASPECTS = [
  'subject',
  'composition',
  'light',
  'colour',
  'style',
  'motion',
  'sound',
  'mood',
  'detail',
] as const;
export type Aspect = (typeof ASPECTS)[number];

export const PROMPT_LANGUAGES = ['pt-BR', 'en'] as const;
export type PromptLanguage = (typeof PROMPT_LANGUAGES)[number];

export class EnhancePromptDto {
  @ApiProperty({ minLength: 1, maxLength: MAX_PROMPT_CHARACTERS, example: 'um farol ao entardecer' })
  @IsString()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @Length(1, MAX_PROMPT_CHARACTERS)
  prompt: string;

  @ApiPropertyOptional({
    enum: MEDIA_TYPES,
    enumName: 'MediaType',
    default: 'image',
    description: 'What is to be made of it',
  })
  @OptionalField()
  @IsIn(MEDIA_TYPES)
  type?: MediaType;

  @ApiPropertyOptional({
    enum: PROMPT_LANGUAGES,
    description: 'The language of the prompt, in which the answer is; left out: it is told from its words',
  })
  @OptionalField()
  @IsIn(PROMPT_LANGUAGES)
  language?: PromptLanguage;
}

export class PromptChangeDto {
  @ApiProperty({ enum: ASPECTS, enumName: 'PromptAspect' })
  aspect: Aspect;

  @ApiProperty({ description: 'What was added or made precise', example: 'luz dourada e baixa do fim da tarde' })
  text: string;
}

/** A suggestion: nothing is changed anywhere, and the original is there to go back to. */
export class EnhancedPromptDto {
  @ApiProperty()
  original: string;

  @ApiProperty({ example: 'um farol ao entardecer, luz dourada e baixa, composição com muito espaço livre' })
  enhanced: string;

  @ApiProperty({ type: [PromptChangeDto], description: 'By what they differ; none: it says enough already' })
  changes: PromptChangeDto[];

  @ApiProperty({
    enum: ['openai', 'sandbox'],
    description: '`sandbox`: fixed rules and no model, because no key is configured or the API key is a test key',
  })
  source: 'openai' | 'sandbox';
}
