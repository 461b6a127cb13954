import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsBoolean,
  IsString,
  IsUUID,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { MediaFileDto } from '#ai';
import { IsDateTime, NextPage, OptionalField, PageLimit, PageStart } from '#core/http';
import { MEDIA_TYPES, type MediaType } from '../gallery/generations.dto.js';

/** How many files one link shows at most. */
export const MAX_SHARED_FILES = 200;

const Trimmed = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

export class CreateShareLinkDto {
  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    minItems: 1,
    maxItems: MAX_SHARED_FILES,
    description: 'The files to show, in this order. All of them must be the organization’s',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_SHARED_FILES)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  generationIds: string[];

  @ApiPropertyOptional({ maxLength: 200, default: '', example: 'Propostas para a campanha de verão' })
  @OptionalField()
  @IsString()
  @Trimmed()
  @MaxLength(200)
  title?: string;

  @ApiPropertyOptional({ default: false, description: 'Show prompts and models as well' })
  @OptionalField()
  @IsBoolean()
  showPrompts?: boolean;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the link ends; null or left out: when it is revoked',
  })
  @ValidateIf((_, value: unknown) => value !== undefined && value !== null)
  @IsDateTime()
  expiresAt?: string | null;
}

/** What is left out stays as it is. */
export class UpdateShareLinkDto {
  @ApiPropertyOptional({ maxLength: 200, example: 'Segunda rodada' })
  @OptionalField()
  @IsString()
  @Trimmed()
  @MaxLength(200)
  title?: string;

  @ApiPropertyOptional()
  @OptionalField()
  @IsBoolean()
  showPrompts?: boolean;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null: it does not end by itself',
  })
  @ValidateIf((_, value: unknown) => value !== undefined && value !== null)
  @IsDateTime()
  expiresAt?: string | null;
}

export class ShareLinkDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ description: 'The public page, in the Studio' })
  url: string;

  @ApiProperty({ description: 'The secret part of the link: `GET /api/studio/shared/{token}`' })
  token: string;

  @ApiProperty()
  showPrompts: boolean;

  @ApiProperty({ description: 'It opens: neither revoked nor over' })
  isOpen: boolean;

  @ApiProperty({ type: Date, nullable: true })
  expiresAt: Date | null;

  @ApiProperty({ type: Date, nullable: true })
  revokedAt: Date | null;

  @ApiProperty({ description: 'Files it shows, without those in the bin' })
  itemCount: number;

  @ApiProperty({ description: 'How often the page was opened' })
  views: number;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The member who made it' })
  createdBy: string | null;

  @ApiProperty()
  createdAt: Date;
}

export class ShareLinkPageDto {
  @ApiProperty({ type: [ShareLinkDto] })
  data: ShareLinkDto[];

  @NextPage('before')
  nextBefore: string | null;
}

export class ListShareLinksQuery {
  @PageLimit(50, 100)
  limit?: number;

  @PageStart('Only links made before this one')
  before?: string;
}

/** A file on a public page. Nothing of it names the organization’s own ids. */
export class SharedFileDto extends MediaFileDto {
  @ApiProperty({ enum: MEDIA_TYPES, enumName: 'MediaType' })
  type: MediaType;

  @ApiProperty({ description: 'A signed link that lives for an hour or two, and no longer than the page' })
  url: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null: hidden, as it is unless the link says otherwise' })
  prompt: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Shown beside the prompt only' })
  model: string | null;
}

export class SharedPageDto {
  @ApiProperty()
  title: string;

  @ApiProperty({ description: 'Who shares it' })
  organizationName: string;

  @ApiProperty({ type: [SharedFileDto] })
  files: SharedFileDto[];
}
