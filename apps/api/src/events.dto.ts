import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { EVENT_TYPES, type EventFilter } from '#core/events';

const TYPES = Object.keys(EVENT_TYPES);

/** Which events of the organization. */
export class FollowEventsQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only events of this job' })
  @IsOptional()
  @IsUUID()
  jobId?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  projectId?: string;

  @ApiPropertyOptional({ type: String, description: 'Event types, separated by commas', example: 'job.succeeded,job.failed' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @ArrayMaxSize(50)
  @IsIn(TYPES, { each: true })
  types?: string[];

  filter(): EventFilter {
    return { subjectId: this.jobId, projectId: this.projectId, types: this.types };
  }
}

export class ListEventsQuery extends FollowEventsQuery {
  @ApiPropertyOptional({ minimum: 0, default: 0, description: 'The last sequence you have' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;
}

/** A fact. */
export class EventDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: TYPES, enumName: 'EventType' })
  type: string;

  @ApiProperty({ format: 'uuid' })
  organizationId: string;

  @ApiProperty({ description: 'Counts the events of the organization in the order of commits, without gaps' })
  sequence: number;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'What it is about, e.g. the job' })
  subjectId: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  projectId: string | null;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty({ type: 'object', additionalProperties: true })
  data: Record<string, unknown>;
}

export class EventPageDto {
  @ApiProperty({ type: [EventDto] })
  data: EventDto[];
}
