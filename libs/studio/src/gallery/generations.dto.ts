import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString, IsUUID, Length } from 'class-validator';
import { StoredFileDto } from '#ai';
import { BooleanText, IsDateTime, NextPage, OptionalField, PageLimit, PageStart } from '#core/http';

export const MEDIA_TYPES = ['image', 'video', 'audio'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** How long what was deleted can be restored, days. Afterwards a worker removes the file. */
export const BIN_DAYS = 30;

/** Something with an id and a name. */
export class NamedDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;
}

/** A generated file with all that a gallery shows of it. */
export class GenerationDto extends StoredFileDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid', description: 'The job that made it: input, events, receipt' })
  jobId: string;

  @ApiProperty({ description: 'Its place among the outputs of the job, from 0' })
  ordinal: number;

  @ApiProperty({ enum: MEDIA_TYPES, enumName: 'MediaType' })
  type: MediaType;

  @ApiProperty({ example: 'sandbox/image' })
  model: string;

  @ApiProperty({ type: String, nullable: true, description: 'What it was made from: the prompt, or the spoken text' })
  prompt: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Reproduces it, where the model has seeds' })
  seed: number | null;

  @ApiProperty({ description: 'Credits that its job was charged, for all of its outputs' })
  creditsCharged: number;

  @ApiProperty({ description: 'Credits that were given back of those since; of all of its outputs, too' })
  creditsRefunded: number;

  @ApiProperty({ description: 'One of my favourites. An API key has none' })
  isFavorite: boolean;

  @ApiProperty({ type: NamedDto, nullable: true, description: 'The project it is in' })
  project: NamedDto | null;

  @ApiProperty({
    type: NamedDto,
    nullable: true,
    description: 'The member who made it; null: an API key, or somebody who left',
  })
  member: NamedDto | null;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'In the bin since then; null: it is not' })
  deletedAt: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'In the bin: it can be restored until then' })
  restorableUntil: Date | null;
}

export class GenerationPageDto {
  @ApiProperty({ type: [GenerationDto] })
  data: GenerationDto[];

  @NextPage('before')
  nextBefore: string | null;
}

/** Which files. All conditions must be met. */
export class ListGenerationsQuery {
  @PageLimit(60, 200)
  limit?: number;

  @PageStart('Only files made before this one: the last of the page before')
  before?: string;

  @PageStart('Only files made after this one: those next to it, newest first. Takes no `q`')
  after?: string;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 200,
    description:
      'Words of the prompt, Portuguese or English, in any form of theirs. `"in this order"`, `this or that`, `-without`',
  })
  @OptionalField()
  @IsString()
  @Length(1, 200)
  q?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only what is in this project' })
  @OptionalField()
  @IsUUID()
  projectId?: string;

  @ApiPropertyOptional({ description: 'Only my favourites' })
  @OptionalField()
  @BooleanText()
  @IsBoolean()
  favorite?: boolean;

  @ApiPropertyOptional({ enum: MEDIA_TYPES, enumName: 'MediaType' })
  @OptionalField()
  @IsIn(MEDIA_TYPES)
  type?: MediaType;

  @ApiPropertyOptional({ maxLength: 120, example: 'sandbox/image' })
  @OptionalField()
  @IsString()
  @Length(1, 120)
  model?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only what this member made' })
  @OptionalField()
  @IsUUID()
  userId?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Made at this time or later' })
  @OptionalField()
  @IsDateTime()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Made before this time' })
  @OptionalField()
  @IsDateTime()
  to?: string;

  @ApiPropertyOptional({
    default: false,
    description: `The bin instead: what was deleted in the last ${BIN_DAYS} days. Takes no \`q\``,
  })
  @OptionalField()
  @BooleanText()
  @IsBoolean()
  deleted?: boolean;
}
