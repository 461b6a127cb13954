import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsBoolean, IsIn, IsInt, IsUUID, Max, Min } from 'class-validator';
import { EVENT_TYPES, type EventFilter } from '#core/events';
import { BooleanText, OptionalField, type Tenant } from '#core/http';

const TYPES = Object.keys(EVENT_TYPES);

/** Which events of the organization. */
export class FollowEventsQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only events of this job' })
  @OptionalField()
  @IsUUID()
  jobId?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @OptionalField()
  @IsUUID()
  projectId?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Event types, separated by commas',
    example: 'job.succeeded,job.failed',
  })
  @OptionalField()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @ArrayMaxSize(50)
  @IsIn(TYPES, { each: true })
  types?: string[];

  @ApiPropertyOptional({
    default: false,
    description:
      'What happens to the jobs of test keys instead of everything else; with `jobId` either is told. A test key is shown nothing else',
  })
  @OptionalField()
  @BooleanText()
  @IsBoolean()
  testMode?: boolean;

  /** As with jobs: live and test are apart in lists, and a live key that names a job of either is told of it. */
  filterFor({ testMode: ofTestKey }: Tenant): EventFilter {
    const testMode = ofTestKey || (this.testMode ?? (this.jobId === undefined ? false : undefined));
    return { subjectId: this.jobId, projectId: this.projectId, types: this.types, testMode };
  }
}

export class ListEventsQuery extends FollowEventsQuery {
  @ApiPropertyOptional({ minimum: 0, default: 0, description: 'The last sequence you have' })
  @OptionalField()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 100 })
  @OptionalField()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;
}
