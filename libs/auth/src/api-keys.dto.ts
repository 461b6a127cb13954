import { ApiProperty, ApiPropertyOptional, PickType, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { ALL_PERMISSIONS, DisplayName, IsDateTime, NextPage, OptionalField, PageLimit, PageStart } from '#core/http';
import type { ApiKeyMode } from './api-key.js';
import { isAddressRange } from './ip-allow-list.js';

const MODES: ApiKeyMode[] = ['live', 'test'];
export const MAX_OVERLAP_SECONDS = 7 * 24 * 3600;
export const DEFAULT_OVERLAP_SECONDS = 24 * 3600;

const IsAddressRange = (): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isAddressRange',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isAddressRange(value),
        defaultMessage: () => 'each must be an IPv4 or IPv6 address or range, e.g. 203.0.113.0/24',
      },
    },
    { each: true },
  );

export class CreateApiKeyDto {
  @ApiProperty({ minLength: 1, maxLength: 120, example: 'Website' })
  @DisplayName()
  name: string;

  @ApiProperty({
    enum: MODES,
    enumName: 'ApiKeyMode',
    description:
      'test: everything runs on the sandbox and moves no credits; whatever its scopes, it changes nothing but test jobs and the files it uploads for them',
  })
  @IsIn(MODES)
  mode: ApiKeyMode;

  @ApiProperty({
    enum: ALL_PERMISSIONS,
    isArray: true,
    description: 'What the key may do; nothing beyond your own permissions',
    example: ['jobs:create', 'jobs:read'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(64)
  @ArrayUnique()
  @IsString({ each: true })
  scopes: string[];

  @ApiPropertyOptional({ format: 'date-time', description: 'The key ends then. Left out: never' })
  @OptionalField()
  @IsDateTime()
  expiresAt?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Addresses and ranges the key may be used from. Left out: anywhere',
    example: ['203.0.113.0/24', '2001:db8::/32'],
  })
  @OptionalField()
  @IsArray()
  @ArrayMaxSize(100)
  @IsAddressRange()
  ipAllow?: string[];

  @ApiPropertyOptional({
    minimum: 1,
    description:
      'What its jobs may cost in a month: what could exceed it is refused with `billing.budget_exceeded`. It is the budget of the key, and stays when the key is rotated. For live keys. Left out: no cap',
    example: 5_000,
  })
  @OptionalField()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  monthlyCapCredits?: number;
}

/** What is left out stays as it is. */
export class UpdateApiKeyDto extends PartialType(PickType(CreateApiKeyDto, ['name', 'ipAllow'] as const), {
  skipNullProperties: false,
}) {
  @ApiPropertyOptional({
    minimum: 1,
    nullable: true,
    type: Number,
    description:
      'What its jobs may cost in a month. Null: no cap. A budget of the key that only warns or is switched off is no cap: it is never made one, nor taken away',
    example: 5_000,
  })
  @ValidateIf((_, value: unknown) => value !== undefined && value !== null)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  monthlyCapCredits?: number | null;
}

export class RotateApiKeyDto {
  @ApiPropertyOptional({
    minimum: 0,
    maximum: MAX_OVERLAP_SECONDS,
    default: DEFAULT_OVERLAP_SECONDS,
    description: 'How long the old key goes on working, in seconds',
  })
  @OptionalField()
  @IsInt()
  @Min(0)
  @Max(MAX_OVERLAP_SECONDS)
  overlapSeconds?: number;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When the new key ends. Left out: when the old one would have',
  })
  @OptionalField()
  @IsDateTime()
  expiresAt?: string;
}

export class ApiKeyDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Website' })
  name: string;

  @ApiProperty({ example: 'base_live_2Jw0QmZpX9aKf3s', description: 'The public part, by which you recognize the key' })
  prefix: string;

  @ApiProperty({ enum: MODES, enumName: 'ApiKeyMode' })
  mode: ApiKeyMode;

  @ApiProperty({ type: [String] })
  scopes: string[];

  @ApiProperty({
    type: [String],
    description: 'What it may do now: its scopes, as far as the present role of the person who made it has them',
  })
  effectiveScopes: string[];

  @ApiProperty({
    description:
      'The person who made it is no member any more: it is refused (`auth.api_key_orphaned`) until an owner or admin rotates it',
  })
  orphaned: boolean;

  @ApiProperty({ type: [String], description: 'Empty: usable from anywhere' })
  ipAllow: string[];

  @ApiProperty({ nullable: true, type: String, format: 'uuid', description: 'The person who made it' })
  createdBy: string | null;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty({ nullable: true, type: Date })
  expiresAt: Date | null;

  @ApiProperty({ nullable: true, type: Date, description: 'Up to a minute behind' })
  lastUsedAt: Date | null;

  @ApiProperty({ nullable: true, type: Date })
  revokedAt: Date | null;

  @ApiProperty({ nullable: true, type: String, format: 'uuid', description: 'The key this one replaces' })
  rotatedFrom: string | null;

  @ApiProperty({
    nullable: true,
    type: Number,
    description: 'What its jobs, together with those of the keys it replaces, may cost in a month; null: no cap',
  })
  monthlyCapCredits: number | null;

  @ApiProperty({
    nullable: true,
    type: Number,
    description:
      'Held and charged this month since the cap was set; the month begins in the time zone of the organization; null: no cap',
  })
  monthlyUsedCredits: number | null;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    description: 'The key itself. Shown this once and stored nowhere: keep it safe',
    example: 'base_live_2Jw0QmZpX9aKf3s_…',
  })
  key: string;
}

export class ApiKeyPageDto {
  @ApiProperty({ type: [ApiKeyDto] })
  data: ApiKeyDto[];

  @NextPage('before')
  nextBefore: string | null;
}

export class ListApiKeysQuery {
  @PageLimit(50, 200)
  limit?: number;

  @PageStart('Only keys older than this one')
  before?: string;
}
