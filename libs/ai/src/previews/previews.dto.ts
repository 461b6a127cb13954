import { ApiProperty } from '@nestjs/swagger';

/** What a file looks like at a glance. Made within moments after the file; null until then, and where a file has none. */
export class PreviewsDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'A WebP of at most 320 pixels a side; of pictures and films',
  })
  thumbnailUrl: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'A WebP of at most 1280 pixels a side; of pictures' })
  previewUrl: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'A frame as WebP of at most 1280 pixels a side; of films' })
  posterUrl: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'A blurred picture of 16 pixels, as a data URL' })
  placeholder: string | null;

  @ApiProperty({
    type: [Number],
    nullable: true,
    description: 'The loudest sample of each of 200 parts, 0 to 100; of sounds of up to 30 minutes',
  })
  peaks: number[] | null;
}
