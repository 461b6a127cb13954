import { ApiProperty } from '@nestjs/swagger';
import { NextPage, PageLimit, PageStart } from '#core/http';

export class FailedAttemptDto {
  @ApiProperty()
  attempt: number;

  @ApiProperty({ example: 'connect ECONNREFUSED 127.0.0.1:5432' })
  error: string;

  @ApiProperty()
  stack: string;
}

/** A message that failed for good. */
export class DeadLetterDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'maintenance' })
  queue: string;

  @ApiProperty({ example: 'ai.make-previews' })
  name: string;

  @ApiProperty({ description: 'Ids only', nullable: true })
  payload: unknown;

  @ApiProperty({ description: 'Of the last try' })
  error: string;

  @ApiProperty({ type: [FailedAttemptDto], description: 'The last ten tries, oldest first' })
  attempts: FailedAttemptDto[];

  @ApiProperty()
  createdAt: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'When it was sent again' })
  redrivenAt: Date | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The operator who did' })
  redrivenBy: string | null;
}

export class DeadLetterPageDto {
  @ApiProperty({ type: [DeadLetterDto], description: 'Newest first' })
  data: DeadLetterDto[];

  @NextPage('before')
  nextBefore: string | null;
}

export class ListDeadLettersQuery {
  @PageLimit(50, 200)
  limit?: number;

  @PageStart('Only messages older than this one')
  before?: string;
}
