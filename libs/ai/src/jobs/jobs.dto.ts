import { ApiProperty, ApiPropertyOptional, IntersectionType, PickType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { BooleanText, IsDateTime, NextPage, OptionalField, PageLimit, PageStart } from '#core/http';
import { JOB_STATUSES, type JobStatus } from './job-status.js';
import { IsFlatMetadata } from './metadata.validator.js';
import { StoredFileDto } from '../outputs/media-file.dto.js';
import { MEDIA_TYPES, type MediaType } from '../providers/provider.js';

export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type JobPriority = (typeof PRIORITIES)[number];

/** What a price depends on: the model and its input. */
export class PricedInputDto {
  @ApiProperty({ description: 'A model of `GET /api/ai/models`', example: 'sandbox/image' })
  @IsString()
  @MaxLength(200)
  model: string;

  @ApiProperty({
    description: 'The input, as the JSON Schema of the model says',
    type: 'object',
    additionalProperties: true,
    example: { prompt: 'Um farol ao entardecer, aquarela' },
  })
  @IsObject()
  input: Record<string, unknown>;
}

/** How a job is to be run, whatever it makes. */
export class JobOptionsDto {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'A quote: the job is held and charged by its prices, and can never cost more than it promised',
  })
  @OptionalField()
  @IsUUID()
  quoteId?: string;

  @ApiPropertyOptional({
    minimum: 0,
    description:
      'Refuse the job if it could cost more credits than this, made by `model` or by any of `fallbackModels`',
  })
  @OptionalField()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  maxCredits?: number;

  @ApiPropertyOptional({
    format: 'date-time',
    description:
      'If the job has not finished by then, it expires and its hold returns; what the provider has accepted and cannot ' +
      'stop is finished, delivered and charged',
  })
  @OptionalField()
  @IsDateTime()
  deadline?: string;

  @ApiPropertyOptional({
    enum: PRIORITIES,
    default: 'normal',
    description: 'Among the waiting jobs of the organization; it makes nobody else wait',
  })
  @OptionalField()
  @IsIn(PRIORITIES)
  priority?: JobPriority;

  @ApiPropertyOptional({
    type: [String],
    maxItems: 5,
    description:
      'Models to go on with, in this order, when no provider accepts the request (rate limits, outages, a refused key, an empty account). Each must be able to make the same; the same model at another provider is one of them. The most that any of them can cost is held, and what is charged is the price of the one that made it; `maxCredits` bounds it. What a provider may have accepted never moves on: an answer such as 500 or 502, or a connection that breaks during the request, does not tell, and ends the job as `outcome_unknown`, uncharged',
    example: ['sandbox/image'],
  })
  @OptionalField()
  @ArrayMaxSize(5)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(120, { each: true })
  fallbackModels?: string[];

  @ApiPropertyOptional({ format: 'uuid' })
  @OptionalField()
  @IsUUID()
  projectId?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Your own labels: at most 50 entries, text values of at most 500 characters',
  })
  @OptionalField()
  @IsFlatMetadata()
  metadata?: Record<string, string>;

  @ApiPropertyOptional({
    default: false,
    description: 'When credits are short: park the job as `awaiting_funds` instead of refusing it',
  })
  @OptionalField()
  @IsBoolean()
  awaitFunds?: boolean;
}

/** Asks for one generation. */
export class CreateJobDto extends IntersectionType(PricedInputDto, JobOptionsDto) {}

/** One generated file. */
export class JobOutputDto extends StoredFileDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'SHA-256 of the file, lower-case hex' })
  sha256: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Reproduces the output, where the model has seeds' })
  seed: number | null;
}

/** Why a job did not succeed. */
export class JobErrorDto {
  @ApiProperty({ example: 'provider.content_policy' })
  code: string;

  @ApiProperty({ description: 'A sentence in English' })
  message: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: 'The sentence by language (`en`, `pt-BR`), where the code has one',
    example: { en: 'The provider is unavailable.', 'pt-BR': 'O provedor está indisponível.' },
  })
  localized: Record<string, string> | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the provider itself says of it; only when it was asked with your organization’s own key',
  })
  providerMessage: string | null;
}

/** Credits of a job. */
export class JobCreditsDto {
  @ApiProperty({ description: 'Held when it was accepted: the most it can cost' })
  held: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Charged at its end; null while it runs, 0 if it failed' })
  charged: number | null;

  @ApiProperty({ description: 'Given back of `charged` since then; what it cost is `charged` less this' })
  refunded: number;
}

export class JobDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: JOB_STATUSES, enumName: 'JobStatus' })
  status: JobStatus;

  @ApiProperty({ enum: MEDIA_TYPES, enumName: 'MediaType' })
  type: MediaType;

  @ApiProperty({ example: 'sandbox/image', description: 'The model that runs, or ran' })
  model: string;

  @ApiProperty({ example: 'sandbox/image', description: 'The model that was asked for' })
  requestedModel: string;

  @ApiProperty({ example: 'sandbox', description: 'Who runs the model' })
  provider: string;

  @ApiProperty({ type: [String], description: 'Models to go on with when no provider accepts the request' })
  fallbackModels: string[];

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The input with its defaults' })
  input: Record<string, unknown>;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  metadata: Record<string, unknown>;

  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  projectId: string | null;

  @ApiProperty({ description: '0 to 100, best effort' })
  progress: number;

  @ApiProperty({ description: 'Tries at the provider so far' })
  attempt: number;

  @ApiProperty({ type: JobCreditsDto })
  credits: JobCreditsDto;

  @ApiProperty({ description: 'Made with a test key: ran on the sandbox and moved no credits' })
  testMode: boolean;

  @ApiProperty({ type: [JobOutputDto], description: 'The files, once it succeeded' })
  outputs: JobOutputDto[];

  @ApiProperty({ type: JobErrorDto, nullable: true })
  error: JobErrorDto | null;

  @ApiProperty({ type: Date, nullable: true })
  deadline: Date | null;

  @ApiProperty({ description: 'A running job was asked to stop' })
  cancelRequested: boolean;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty({ type: Date, nullable: true })
  startedAt: Date | null;

  @ApiProperty({ type: Date, nullable: true })
  finishedAt: Date | null;
}

export class JobPageDto {
  @ApiProperty({ type: [JobDto] })
  data: JobDto[];

  @NextPage('before')
  nextBefore: string | null;
}

export class CancelJobResultDto {
  @ApiProperty({
    enum: ['canceled', 'requested'],
    description:
      '`canceled`: it never ran and costs nothing. `requested`: it is running; it ends as canceled and costs nothing where ' +
      'the provider can stop, and is finished and charged where it cannot',
  })
  outcome: 'canceled' | 'requested';

  @ApiProperty({ type: JobDto })
  job: JobDto;
}

export class ListJobsQuery {
  @PageLimit(20, 100)
  limit?: number;

  @PageStart('Only jobs made before this one')
  before?: string;

  @ApiPropertyOptional({ enum: JOB_STATUSES, enumName: 'JobStatus' })
  @OptionalField()
  @IsIn(JOB_STATUSES)
  status?: JobStatus;

  @ApiPropertyOptional({ enum: MEDIA_TYPES, enumName: 'MediaType' })
  @OptionalField()
  @IsIn(MEDIA_TYPES)
  type?: MediaType;

  @ApiPropertyOptional({ example: 'sandbox/image', description: 'That was asked for, or that made it' })
  @OptionalField()
  @IsString()
  @MaxLength(200)
  model?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @OptionalField()
  @IsUUID()
  projectId?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Made at this time or later, with its offset' })
  @OptionalField()
  @IsDateTime()
  createdFrom?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Made before this time' })
  @OptionalField()
  @IsDateTime()
  createdBefore?: string;

  @ApiPropertyOptional({
    default: false,
    description: 'The jobs of test keys instead of the live ones; a test key is shown no others',
  })
  @OptionalField()
  @BooleanText()
  @IsBoolean()
  testMode?: boolean;
}

/** Asks for the price of a job. */
export class CreateQuoteDto extends IntersectionType(PricedInputDto, PickType(JobOptionsDto, ['fallbackModels'])) {}

/** A promise of price. */
export class QuoteDto {
  @ApiProperty({ format: 'uuid', description: 'Pass as `quoteId` when creating the job' })
  id: string;

  @ApiProperty()
  model: string;

  @ApiProperty({ description: 'Credits it is expected to cost, made by `model`' })
  estimatedCredits: number;

  @ApiProperty({
    description: 'Credits it can cost at most, made by `model` or by any of `fallbackModels`; this is held',
  })
  maxCredits: number;

  @ApiProperty({ description: 'The version of the price list' })
  priceVersion: number;

  @ApiProperty()
  expiresAt: Date;
}
