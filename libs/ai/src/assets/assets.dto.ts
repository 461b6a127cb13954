import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, Length, MaxLength } from 'class-validator';
import { NextPage, OptionalField, PageLimit, PageStart } from '#core/http';
import { StoredFileDto } from '../outputs/media-file.dto.js';
import { ASSET_KINDS, type AssetKind } from './assets.repository.js';

const FAMILIES = ['image', 'video', 'audio', 'font'] as const;

/** What may be said of an uploaded file: in the query, because a form's fields may come after the file. */
export class AssetPlaceDto {
  @ApiPropertyOptional({ description: 'What to call it; the name of the file when absent', maxLength: 255 })
  @OptionalField()
  @IsString()
  @Length(1, 255)
  name?: string;

  @ApiPropertyOptional({ enum: ASSET_KINDS, enumName: 'AssetKind', default: 'reference' })
  @OptionalField()
  @IsIn(ASSET_KINDS)
  kind?: AssetKind;

  @ApiPropertyOptional({ format: 'uuid' })
  @OptionalField()
  @IsUUID()
  projectId?: string;
}

/** A file to fetch. */
export class ImportAssetDto extends AssetPlaceDto {
  @ApiProperty({ description: 'A public https address', example: 'https://example.com/photo.jpg' })
  @IsString()
  @MaxLength(8192)
  url: string;
}

/** A generated file to go on from. */
export class GeneratedAssetDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  generationId: string;
}

/** An uploaded file. */
export class AssetDto extends StoredFileDto {
  @ApiProperty({ format: 'uuid', description: 'Inputs of models take it as `asset:<id>`' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ enum: ASSET_KINDS, enumName: 'AssetKind' })
  kind: AssetKind;

  @ApiProperty({ description: 'SHA-256 of the file as it is kept, lower-case hex: pictures lose the tags of cameras' })
  sha256: string;

  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  projectId: string | null;

  @ApiProperty({ format: 'uuid', nullable: true, type: String, description: 'Who uploaded it; null: an API key' })
  userId: string | null;

  @ApiProperty()
  createdAt: Date;
}

/** How much may be uploaded. */
export class AssetAllowanceDto {
  @ApiProperty({ description: 'The largest file that the plan takes, bytes' })
  maxUploadBytes: number;

  @ApiProperty({ description: 'What uploads and generated files take up, bytes' })
  usedBytes: number;

  @ApiProperty({ description: 'What they may take up, bytes' })
  storageBytes: number;
}

export class AssetPageDto {
  @ApiProperty({ type: [AssetDto] })
  data: AssetDto[];

  @NextPage('before')
  nextBefore: string | null;
}

export class ListAssetsQuery {
  @PageLimit(20, 100)
  limit?: number;

  @PageStart('Only assets made before this one')
  before?: string;

  @ApiPropertyOptional({ enum: ASSET_KINDS, enumName: 'AssetKind' })
  @OptionalField()
  @IsIn(ASSET_KINDS)
  kind?: AssetKind;

  @ApiPropertyOptional({ enum: FAMILIES, description: 'The first half of the media type' })
  @OptionalField()
  @IsIn(FAMILIES)
  type?: (typeof FAMILIES)[number];

  @ApiPropertyOptional({ format: 'uuid' })
  @OptionalField()
  @IsUUID()
  projectId?: string;
}
