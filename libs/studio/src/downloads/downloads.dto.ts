import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsUUID } from 'class-validator';
import { OptionalField } from '#core/http';

/** How many files one archive holds at most. */
export const MAX_ARCHIVE_FILES = 1000;

/** Either chosen files or a whole project. */
export class CreateDownloadDto {
  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    minItems: 1,
    maxItems: MAX_ARCHIVE_FILES,
    description: 'Ids of generated files, in the order of the archive. Those that do not exist here are passed over',
  })
  @OptionalField()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_ARCHIVE_FILES)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  generationIds?: string[];

  @ApiPropertyOptional({ format: 'uuid', description: 'Everything in this project instead' })
  @OptionalField()
  @IsUUID()
  projectId?: string;
}

export class DownloadDto {
  @ApiProperty({ description: 'Opens the archive once, without credentials: for a browser to follow' })
  url: string;

  @ApiProperty({ description: 'An unused link ends then' })
  expiresAt: Date;

  @ApiProperty({ description: 'Files in the archive' })
  fileCount: number;

  @ApiProperty({ description: 'What they weigh together, bytes' })
  bytes: number;
}
