import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, ValidateNested } from 'class-validator';
import { Problem } from '#core/http';
import { CreateJobDto, JobDto } from './jobs.dto.js';

const MAX_JOBS = 50;

/** Asks for several generations. */
export class CreateJobBatchDto {
  @ApiProperty({
    type: [CreateJobDto],
    minItems: 1,
    maxItems: MAX_JOBS,
    description: 'Each as for `POST /api/ai/jobs`',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_JOBS)
  @ValidateNested({ each: true })
  @Type(() => CreateJobDto)
  jobs: CreateJobDto[];
}

/** What became of one of them: a job, or a refusal. */
export class JobBatchItemDto {
  @ApiProperty({ type: JobDto, nullable: true })
  job: JobDto | null;

  @ApiProperty({ type: Problem, nullable: true, description: 'As the answer to `POST /api/ai/jobs` would have been' })
  problem: Problem | null;
}

export class JobBatchDto {
  @ApiProperty({ type: [JobBatchItemDto], description: 'In the order of the request' })
  data: JobBatchItemDto[];
}
