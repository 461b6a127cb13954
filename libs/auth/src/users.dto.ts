import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, IsTimeZone, IsUUID, Length, Matches, MaxLength } from 'class-validator';
import { ALL_PERMISSIONS, DisplayName, IsEmailAddress, OptionalField, type Permission } from '#core/http';
import { MyOrganizationDto } from '#organizations';
import { MAX_PASSWORD_UNITS } from './password-policy.js';

export const USER_LOCALES = ['pt-BR', 'en'] as const;

/** By name only: offsets mean opposite things to JavaScript and PostgreSQL. */
const TIME_ZONE_NAME = /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/;

export class UserDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'email' })
  email: string;

  @ApiProperty()
  emailVerified: boolean;

  @ApiProperty({ example: 'Ana Prado' })
  name: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'A signed link to a WebP of 256 × 256 pixels, good for a day; null: none was uploaded',
  })
  avatarUrl: string | null;

  @ApiProperty({ example: 'pt-BR' })
  locale: string;

  @ApiProperty({ example: 'America/Sao_Paulo', description: 'IANA name' })
  timeZone: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The organization switched to last, while you belong to it: where to begin after signing in',
  })
  lastOrganizationId: string | null;

  @ApiProperty({ description: 'Works for the platform' })
  isOperator: boolean;
}

export class MyOrganizationWithPermissionsDto extends MyOrganizationDto {
  @ApiProperty({ enum: ALL_PERMISSIONS, isArray: true, description: 'What I may do there' })
  permissions: Permission[];
}

export class MeDto {
  @ApiProperty({ type: UserDto })
  user: UserDto;

  @ApiProperty({ type: [MyOrganizationWithPermissionsDto] })
  organizations: MyOrganizationWithPermissionsDto[];
}

/** What a person may change about themselves; fields that are left out stay. */
export class UpdateProfileDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: 120, example: 'Ana Prado' })
  @OptionalField()
  @DisplayName()
  name?: string;

  @ApiPropertyOptional({ enum: USER_LOCALES, description: 'The language of mails and of the Studio' })
  @OptionalField()
  @IsIn(USER_LOCALES)
  locale?: string;

  @ApiPropertyOptional({ example: 'America/Sao_Paulo', description: 'IANA name' })
  @OptionalField()
  @IsTimeZone()
  @Matches(TIME_ZONE_NAME, { message: 'must be a name, e.g. America/Sao_Paulo' })
  timeZone?: string;
}

export class SwitchOrganizationDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  organizationId: string;
}

/** Proves that whoever holds the session is the person. */
export class PasswordProofDto {
  @ApiProperty({ format: 'password' })
  @IsString()
  @MaxLength(MAX_PASSWORD_UNITS)
  password: string;

  @ApiPropertyOptional({ example: '123456', description: 'A code, for people with a second factor' })
  @OptionalField()
  @IsString()
  @Length(6, 20)
  code?: string;
}

export class ChangeEmailDto extends PasswordProofDto {
  @ApiProperty({ format: 'email', maxLength: 254 })
  @IsEmailAddress()
  email: string;
}

export class ExportMyDataDto {
  @ApiPropertyOptional({ format: 'password', description: 'Needed when you signed in more than ten minutes ago' })
  @OptionalField()
  @IsString()
  @MaxLength(MAX_PASSWORD_UNITS)
  password?: string;

  @ApiPropertyOptional({ example: '123456', description: 'A code, for people with a second factor' })
  @OptionalField()
  @IsString()
  @Length(6, 20)
  code?: string;
}

export class PersonalDataDto {
  @ApiProperty({ description: 'When the copy was made' })
  exportedAt: Date;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'Everything that is kept about you and is no secret: profile, memberships, sessions, keys, jobs with their prompts, audit lines and more, by kind',
  })
  data: Record<string, unknown>;
}
