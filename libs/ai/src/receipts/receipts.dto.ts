import { ApiProperty } from '@nestjs/swagger';
import { JOB_STATUSES, type JobStatus } from '../jobs/job-status.js';

export class ReceiptHoldDto {
  @ApiProperty({ description: 'The most the job could cost' })
  credits: number;

  @ApiProperty()
  at: Date;
}

export class ReceiptReleaseDto {
  @ApiProperty({ description: 'Credits that went back to where they came from' })
  credits: number;

  @ApiProperty()
  at: Date;

  @ApiProperty({ description: 'Why: `unused` for the rest of a charged hold, else the code that the job ended with' })
  reason: string;
}

export class ReceiptRefundDto {
  @ApiProperty({ description: 'Credits of the charge that were given back' })
  credits: number;

  @ApiProperty()
  at: Date;

  @ApiProperty({ description: 'Why, in the words of who gave them back' })
  reason: string;
}

/** What a job cost, and why. */
export class ReceiptDto {
  @ApiProperty({ format: 'uuid' })
  jobId: string;

  @ApiProperty({ format: 'uuid' })
  organizationId: string;

  @ApiProperty({ enum: JOB_STATUSES, enumName: 'JobStatus' })
  status: JobStatus;

  @ApiProperty({ example: 'image' })
  type: string;

  @ApiProperty({ example: 'sandbox/image' })
  model: string;

  @ApiProperty({ example: 'sandbox' })
  provider: string;

  @ApiProperty({ description: 'Made with a test key: moved no credits' })
  testMode: boolean;

  @ApiProperty({ description: 'The version of the price list that was frozen when it was accepted' })
  priceVersion: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The price rows that were frozen, as far as they are charged',
  })
  price: unknown;

  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  quoteId: string | null;

  @ApiProperty({ type: ReceiptHoldDto, nullable: true, description: 'Null: nothing was held' })
  hold: ReceiptHoldDto | null;

  @ApiProperty({ type: ReceiptHoldDto, nullable: true, description: 'What was charged; null: nothing' })
  settle: ReceiptHoldDto | null;

  @ApiProperty({ type: ReceiptReleaseDto, nullable: true })
  release: ReceiptReleaseDto | null;

  @ApiProperty({ description: 'What was charged at its end; a refund since then does not change it' })
  chargedCredits: number;

  @ApiProperty({ type: [ReceiptRefundDto], description: 'Oldest first, by the time this receipt was asked for' })
  refunds: ReceiptRefundDto[];

  @ApiProperty({ description: 'Their sum: what the job cost is `chargedCredits` less this' })
  refundedCredits: number;

  @ApiProperty({ nullable: true, type: String, description: 'Why it did not succeed' })
  reason: string | null;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty({ type: Date, nullable: true })
  startedAt: Date | null;

  @ApiProperty()
  finishedAt: Date;
}

export class SignedReceiptDto {
  @ApiProperty({ type: ReceiptDto })
  receipt: ReceiptDto;

  @ApiProperty({
    description:
      'The same, signed: a compact JWS (RFC 7515, ES256) with the claims `iss`, `sub` (organization), `jti` (job), `iat` (end of the job) and `receipt`. Verify it with the keys of `GET /api/billing/.well-known/jwks.json`',
  })
  jws: string;
}
