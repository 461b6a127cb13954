import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsString, IsUUID, MaxLength, ValidateIf } from 'class-validator';
import { PreviewsDto } from '#ai';
import { BooleanText, DisplayName, NextPage, OptionalField, PageLimit, PageStart } from '#core/http';

const Trimmed = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

export class CreateProjectDto {
  @ApiProperty({ minLength: 1, maxLength: 120, example: 'Campanha de verão' })
  @DisplayName()
  name: string;

  @ApiPropertyOptional({ maxLength: 2000, default: '' })
  @OptionalField()
  @IsString()
  @Trimmed()
  @MaxLength(2000)
  description?: string;
}

/** What is left out stays as it is. */
export class UpdateProjectDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: 120, example: 'Campanha de inverno' })
  @OptionalField()
  @DisplayName()
  name?: string;

  @ApiPropertyOptional({ maxLength: 2000 })
  @OptionalField()
  @IsString()
  @Trimmed()
  @MaxLength(2000)
  description?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'A file of the project for its card; null: its newest one, whichever that is',
  })
  @ValidateIf((_, value: unknown) => value !== undefined && value !== null)
  @IsUUID()
  coverGenerationId?: string | null;

  @ApiPropertyOptional({ description: 'Put it away, or take it up again' })
  @OptionalField()
  @IsBoolean()
  archived?: boolean;
}

/** The picture of a project's card. */
export class ProjectCoverDto extends PreviewsDto {
  @ApiProperty({ format: 'uuid' })
  generationId: string;

  @ApiProperty({ description: 'A signed link to the file' })
  url: string;

  @ApiProperty({ example: 'image/png' })
  mimeType: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Pixels' })
  width: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Pixels' })
  height: number | null;

  @ApiProperty({ description: 'Chosen by somebody; false: it is the newest image or video' })
  isChosen: boolean;
}

export class ProjectDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  description: string;

  @ApiProperty({ description: 'Files in it, without those in the bin' })
  generationCount: number;

  @ApiProperty({ type: ProjectCoverDto, nullable: true })
  cover: ProjectCoverDto | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The member who made it' })
  createdBy: string | null;

  @ApiProperty({ type: Date, nullable: true, description: 'Put away since then; null: it is in use' })
  archivedAt: Date | null;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty()
  updatedAt: Date;
}

export class ProjectPageDto {
  @ApiProperty({ type: [ProjectDto] })
  data: ProjectDto[];

  @NextPage('before')
  nextBefore: string | null;
}

export class ListProjectsQuery {
  @PageLimit(50, 100)
  limit?: number;

  @PageStart('Only projects made before this one')
  before?: string;

  @ApiPropertyOptional({ default: false, description: 'Those that were put away instead' })
  @OptionalField()
  @BooleanText()
  @IsBoolean()
  archived?: boolean;
}
