import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsUUID, Length, Matches } from 'class-validator';
import { IsDateTime, NextPage, OptionalField, PageLimit, PageStart } from '#core/http';

export const ACTOR_TYPES = ['user', 'api_key', 'operator', 'system', 'anonymous'] as const;
export const OUTCOMES = ['success', 'denied', 'failed'] as const;
export const EXPORT_FORMATS = ['csv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export class AuditLineDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ nullable: true, type: String, format: 'uuid', description: 'Whose log; null: the platform itself' })
  organizationId: string | null;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty({ enum: ACTOR_TYPES, description: 'operator: somebody of the platform' })
  actorType: string;

  @ApiProperty({ nullable: true, type: String, format: 'uuid', description: 'The person or API key' })
  actorId: string | null;

  @ApiProperty({ example: 'api_keys.create', description: 'See the list of audit actions' })
  action: string;

  @ApiProperty({ enum: OUTCOMES })
  outcome: string;

  @ApiProperty({ nullable: true, type: String, example: 'api_key' })
  targetType: string | null;

  @ApiProperty({ nullable: true, type: String, description: 'The id of the target; for a denial, the route' })
  targetId: string | null;

  @ApiProperty({
    nullable: true,
    type: 'object',
    additionalProperties: true,
    description: 'What was; never secrets or personal data',
  })
  before: unknown;

  @ApiProperty({ nullable: true, type: 'object', additionalProperties: true, description: 'What is' })
  after: unknown;

  @ApiProperty({ type: 'object', additionalProperties: true, description: '`changed`: fields told by name only' })
  metadata: unknown;

  @ApiProperty({ nullable: true, type: String, example: '203.0.113.7' })
  address: string | null;

  @ApiProperty({ nullable: true, type: String, description: 'As the browser or program called itself' })
  agent: string | null;

  @ApiProperty({ nullable: true, type: String, description: 'The id of the request, as in its answer' })
  requestId: string | null;

  @ApiProperty({
    nullable: true,
    type: Number,
    description: 'Place in the chain of hashes; null: not sealed yet (within two minutes)',
  })
  sequence: number | null;
}

export class AuditPageDto {
  @ApiProperty({ type: [AuditLineDto] })
  data: AuditLineDto[];

  @NextPage('before')
  nextBefore: string | null;
}

/** Which lines; all that is given must fit. */
export class AuditFilterQuery {
  @ApiPropertyOptional({
    enum: ACTOR_TYPES,
    description: 'What acted: a person, a key, an operator, the platform, nobody we know',
  })
  @OptionalField()
  @IsIn(ACTOR_TYPES)
  actorType?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The person or API key' })
  @OptionalField()
  @IsUUID()
  actorId?: string;

  @ApiPropertyOptional({
    example: 'api_keys.create',
    description: 'One action, or all of a kind: `api_keys.*`',
    maxLength: 120,
  })
  @OptionalField()
  @Length(1, 120)
  @Matches(/^[a-z_]+\.([a-z_]+|\*)$/, {
    message: 'must be an action, e.g. api_keys.create, or a kind, e.g. api_keys.*',
  })
  action?: string;

  @ApiPropertyOptional({
    enum: OUTCOMES,
    description: 'denied: refused; failed: tried and did not succeed, e.g. to sign in',
  })
  @OptionalField()
  @IsIn(OUTCOMES)
  outcome?: string;

  @ApiPropertyOptional({ example: 'api_key', maxLength: 60, description: 'What was acted upon, by kind' })
  @OptionalField()
  @Length(1, 60)
  targetType?: string;

  @ApiPropertyOptional({ maxLength: 255, description: 'What was acted upon, by id; of a denial, the route' })
  @OptionalField()
  @Length(1, 255)
  targetId?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Not before' })
  @OptionalField()
  @IsDateTime()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before' })
  @OptionalField()
  @IsDateTime()
  to?: string;
}

class AuditPageQuery {
  @PageLimit(50, 200)
  limit?: number;

  @PageStart('Only lines older than this one')
  before?: string;
}

class AuditExportFormat {
  @ApiPropertyOptional({ enum: EXPORT_FORMATS, default: 'csv', description: 'How the lines are written' })
  @OptionalField()
  @IsIn(EXPORT_FORMATS)
  format?: ExportFormat;
}

export class ListAuditQuery extends IntersectionType(AuditFilterQuery, AuditPageQuery) {}
class AuditOrganizationQuery {
  @ApiPropertyOptional({
    default: 'all',
    example: 'none',
    description: 'Whose lines: the id of an organization, `none` (the platform itself: sign-ins, accounts), or `all`',
  })
  @OptionalField()
  @Matches(/^(all|none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i, {
    message: 'must be the id of an organization, none, or all',
  })
  organization?: string;
}

export class ListAllAuditQuery extends IntersectionType(ListAuditQuery, AuditOrganizationQuery) {}
export class ExportAuditQuery extends IntersectionType(AuditFilterQuery, AuditExportFormat) {}
export class ExportAllAuditQuery extends IntersectionType(ExportAuditQuery, AuditOrganizationQuery) {}

export class VerifyAuditQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only the chain of this organization. Left out: all chains' })
  @OptionalField()
  @IsUUID()
  organizationId?: string;
}

/** A line, or the end of a chain, that is not as it was sealed. */
export class AuditBreakDto {
  @ApiProperty({ nullable: true, type: String, format: 'uuid', description: 'Whose chain; null: the platform itself' })
  organizationId: string | null;

  @ApiProperty({ nullable: true, type: String, format: 'uuid', description: 'The line; null: it is missing' })
  auditLogId: string | null;

  @ApiProperty({ description: 'Place in the chain' })
  sequence: number;

  @ApiProperty({ example: 'the row was changed after it was sealed' })
  problem: string;
}

export class AuditVerificationDto {
  @ApiProperty({ description: 'Whether every sealed line is there and says what it said' })
  intact: boolean;

  @ApiProperty({ description: 'Chains that were checked' })
  chains: number;

  @ApiProperty({ description: 'Sealed lines that were checked' })
  sealedLines: number;

  @ApiProperty({ description: 'Lines that are too young to be sealed: nothing is known about them yet' })
  unsealedLines: number;

  @ApiProperty({ nullable: true, type: AuditBreakDto, description: 'Where the first broken chain breaks first' })
  firstBreak: AuditBreakDto | null;

  @ApiProperty({ type: [AuditBreakDto], description: 'By chain and place, the first hundred' })
  breaks: AuditBreakDto[];
}
