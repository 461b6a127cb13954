import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { OptionalField } from '#core/http';

export class UsageQuery {
  @ApiProperty({ minimum: 1, maximum: 366, default: 30, required: false, description: 'How many days, today included' })
  @OptionalField()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(366)
  days?: number;
}

export class UsageDayDto {
  @ApiProperty({ format: 'date', example: '2026-11-22' })
  day: string;

  @ApiProperty({ description: 'Charged for the jobs that ended on that day' })
  credits: number;

  @ApiProperty({ description: 'Jobs that succeeded on that day' })
  jobs: number;
}

export class UsageDto {
  @ApiProperty({ type: [UsageDayDto], description: 'Every day, the oldest first; those without a job too' })
  data: UsageDayDto[];
}
