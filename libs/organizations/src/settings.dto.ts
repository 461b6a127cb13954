import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsFQDN,
  IsInt,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { OptionalField } from '#core/http';

const MAX_DOMAINS = 20;
const MAX_KEY_DAYS = 3650;

/** What the organization demands of those who act in it. */
export class OrganizationSettingsDto {
  @ApiProperty({
    description:
      'Members without a second factor are refused (`organizations.second_factor_required`) until they have set one up; API keys go on',
  })
  requireSecondFactor: boolean;

  @ApiProperty({
    type: [String],
    example: ['agencia.com.br'],
    description: 'Only people whose address is of one of these domains are invited and taken in. Empty: anybody',
  })
  allowedEmailDomains: string[];

  @ApiProperty({
    nullable: true,
    type: Number,
    example: 90,
    description: 'API keys must end within so many days of being made or rotated. Null: they may live for ever',
  })
  apiKeyMaxDays: number | null;
}

/** What is left out stays as it is. */
export class UpdateOrganizationSettingsDto {
  @ApiPropertyOptional({ description: 'Turned on by somebody who has a second factor' })
  @OptionalField()
  @IsBoolean()
  requireSecondFactor?: boolean;

  @ApiPropertyOptional({
    type: [String],
    maxItems: MAX_DOMAINS,
    example: ['agencia.com.br'],
    description: 'Without subdomains, which are named each. Members and invitations of before stay as they are',
  })
  @OptionalField()
  @Transform(({ value }: { value: unknown }) =>
    Array.isArray(value)
      ? value.map((item: unknown) => (typeof item === 'string' ? item.trim().toLowerCase() : item))
      : value,
  )
  @IsArray()
  @ArrayMaxSize(MAX_DOMAINS)
  @ArrayUnique()
  @IsFQDN({}, { each: true, message: 'each must be a domain, e.g. agencia.com.br' })
  @Matches(/^[\w.-]+$/, { each: true, message: 'each must be in ASCII letters, as in addresses: xn--…' })
  allowedEmailDomains?: string[];

  @ApiPropertyOptional({
    nullable: true,
    type: Number,
    minimum: 1,
    maximum: MAX_KEY_DAYS,
    example: 90,
    description: 'Keys of before go on as they are. Null: no bound',
  })
  @ValidateIf((_, value: unknown) => value !== undefined && value !== null)
  @IsInt()
  @Min(1)
  @Max(MAX_KEY_DAYS)
  apiKeyMaxDays?: number | null;
}
