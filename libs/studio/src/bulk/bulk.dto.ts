import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsBoolean, IsUUID, ValidateIf } from 'class-validator';

/** How many files one request may change. */
export const MAX_SELECTION = 500;

/** The files that something is done with. */
export class SelectionDto {
  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    minItems: 1,
    maxItems: MAX_SELECTION,
    description: 'Ids of generated files. Those that do not exist here are passed over',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_SELECTION)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  generationIds: string[];
}

export class MoveGenerationsDto extends SelectionDto {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The project to put them into; null: none',
  })
  @ValidateIf((_, value: unknown) => value !== null)
  @IsUUID()
  projectId: string | null;
}

export class FavoriteGenerationsDto extends SelectionDto {
  @ApiProperty({ description: 'True: make them my favourites; false: they are not any more', example: true })
  @IsBoolean()
  favorite: boolean;
}

export class SelectionResultDto {
  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    description: 'The files that were changed. The others do not exist here, or were so already',
  })
  changed: string[];
}
