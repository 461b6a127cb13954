import { ApiProperty, ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import { IsIn, IsISO31661Alpha2, IsNotIn, IsTimeZone, Matches } from 'class-validator';
import { DisplayName, OptionalField, ROLES, type Role } from '#core/http';
import { RESERVED_SLUGS, SLUG_PATTERN } from './slug.js';

export const LOCALES = ['pt-BR', 'en'] as const;
export const CURRENCIES = ['BRL', 'USD'] as const;

/** By name only: `+03:00` lies east of Greenwich for JavaScript, and west of it for PostgreSQL. */
const TIME_ZONE_NAME = /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/;

export class CreateOrganizationDto {
  @ApiProperty({ minLength: 1, maxLength: 120, example: 'Estúdio Água' })
  @DisplayName()
  name: string;

  @ApiPropertyOptional({
    pattern: SLUG_PATTERN.source,
    description: 'Short name for addresses; unique on the platform. Made from the name when left out',
    example: 'estudio-agua',
  })
  @OptionalField()
  @Matches(SLUG_PATTERN, { message: 'must be 3 to 48 small letters, digits or hyphens, with no hyphen at either end' })
  @IsNotIn(RESERVED_SLUGS, { message: 'is a name of the platform: choose another one' })
  slug?: string;

  @ApiPropertyOptional({ default: 'BR', example: 'BR', description: 'ISO 3166-1 alpha-2' })
  @OptionalField()
  @IsISO31661Alpha2()
  country?: string;

  @ApiPropertyOptional({ enum: CURRENCIES, default: 'BRL', description: 'What invoices are in' })
  @OptionalField()
  @IsIn(CURRENCIES)
  currency?: string;

  @ApiPropertyOptional({ enum: LOCALES, default: 'pt-BR' })
  @OptionalField()
  @IsIn(LOCALES)
  locale?: string;

  @ApiPropertyOptional({ default: 'America/Sao_Paulo', description: 'IANA time zone; usage days follow it' })
  @OptionalField()
  @IsTimeZone()
  @Matches(TIME_ZONE_NAME, { message: 'must be a name, e.g. America/Sao_Paulo' })
  timeZone?: string;
}

/** What a manager may change. The currency stays: invoices are in it. */
export class UpdateOrganizationDto extends PartialType(
  PickType(CreateOrganizationDto, ['name', 'slug', 'country', 'locale', 'timeZone'] as const),
  { skipNullProperties: false },
) {}

export class OrganizationDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Estúdio Água' })
  name: string;

  @ApiProperty({ example: 'estudio-agua' })
  slug: string;

  @ApiProperty({ example: 'free', description: 'The plan in effect' })
  plan: string;

  @ApiProperty({ enum: ['active', 'suspended'], description: 'suspended: readable, but nothing new is generated' })
  status: string;

  @ApiProperty({ example: 'BR' })
  country: string;

  @ApiProperty({ enum: CURRENCIES })
  currency: string;

  @ApiProperty({ example: 'pt-BR' })
  locale: string;

  @ApiProperty({ example: 'America/Sao_Paulo' })
  timeZone: string;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty()
  updatedAt: Date;
}

/** One of my organizations. */
export class MyOrganizationDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Estúdio Água' })
  name: string;

  @ApiProperty({ example: 'estudio-agua' })
  slug: string;

  @ApiProperty({ example: 'free' })
  plan: string;

  @ApiProperty({ enum: ['active', 'suspended'] })
  status: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', description: 'My role' })
  role: Role;
}

export class MyOrganizationListDto {
  @ApiProperty({ type: [MyOrganizationDto] })
  data: MyOrganizationDto[];
}
