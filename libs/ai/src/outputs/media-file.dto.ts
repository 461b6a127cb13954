import { ApiProperty } from '@nestjs/swagger';
import { PreviewsDto } from '../previews/previews.dto.js';

/** What a picture, a film or a sound is, whoever is shown it. */
export class MediaFileDto extends PreviewsDto {
  @ApiProperty({ example: 'image/png', description: 'By its content' })
  mimeType: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Pixels, as it is seen' })
  width: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Pixels, as it is seen' })
  height: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Of films and sounds: milliseconds' })
  durationMs: number | null;
}

/** A kept file, for members of its organization. */
export class StoredFileDto extends MediaFileDto {
  @ApiProperty({ description: 'Size of the file, bytes' })
  bytes: number;

  @ApiProperty({ description: 'A signed link to the file; range requests are served' })
  url: string;

  @ApiProperty({ description: 'When the links of this answer end; ask again for fresh ones' })
  urlExpiresAt: Date;
}
