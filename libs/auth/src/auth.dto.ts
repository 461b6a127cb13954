import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsString, Length, Matches, MaxLength } from 'class-validator';
import { ALL_PERMISSIONS, IsEmailAddress, OptionalField, type Permission } from '#core/http';
import { MyOrganizationDto } from '#organizations';
import { MAX_PASSWORD_UNITS, PASSWORD_LENGTH } from './password-policy.js';

export const USER_LOCALES = ['pt-BR', 'en'] as const;

export class RegisterDto {
  @ApiProperty({ format: 'email', maxLength: 254 })
  @IsEmailAddress()
  email: string;

  @ApiProperty({
    format: 'password',
    minLength: PASSWORD_LENGTH.min,
    maxLength: PASSWORD_LENGTH.max,
    description: 'Long, and not among the first guesses of an attacker',
  })
  @IsString()
  @MaxLength(MAX_PASSWORD_UNITS)
  password: string;

  @ApiProperty({ minLength: 1, maxLength: 120, example: 'Ana Prado' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @Length(1, 120)
  @Matches(/^\P{Cc}*$/u, { message: 'must not contain control characters' })
  name: string;

  @ApiPropertyOptional({ enum: USER_LOCALES, default: 'pt-BR' })
  @OptionalField()
  @IsIn(USER_LOCALES)
  locale?: string;
}

export class LoginDto {
  @ApiProperty({ format: 'email' })
  @IsEmailAddress()
  email: string;

  @ApiProperty({ format: 'password' })
  @IsString()
  @MaxLength(MAX_PASSWORD_UNITS)
  password: string;

  @ApiPropertyOptional({
    example: '123456',
    description: 'A code of the authenticator app or a recovery code; asked for by `auth.second_factor_required`',
  })
  @OptionalField()
  @IsString()
  @Length(6, 20)
  code?: string;
}

export class RefreshDto {
  @ApiProperty({ description: 'The refresh token of the last answer; it is good once' })
  @IsString()
  @Length(1, 200)
  refreshToken: string;
}

export class UserDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'email' })
  email: string;

  @ApiProperty()
  emailVerified: boolean;

  @ApiProperty({ example: 'Ana Prado' })
  name: string;

  @ApiProperty({ example: 'pt-BR' })
  locale: string;

  @ApiProperty({ example: 'America/Sao_Paulo', description: 'IANA name' })
  timeZone: string;

  @ApiProperty({ description: 'Works for the platform' })
  isOperator: boolean;
}

export class AuthenticationDto {
  @ApiProperty({ description: 'A JWT; send it as `Authorization: Bearer …`' })
  accessToken: string;

  @ApiProperty({ description: 'Exchange it for new tokens before or after the access token has expired' })
  refreshToken: string;

  @ApiProperty({ enum: ['bearer'] })
  tokenType: 'bearer';

  @ApiProperty({ example: 900, description: 'Seconds until the access token expires' })
  expiresIn: number;

  @ApiProperty({ type: UserDto })
  user: UserDto;
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

export class SessionDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'The session of this very request' })
  current: boolean;

  @ApiProperty({ nullable: true, type: String, description: 'As the browser or program called itself' })
  userAgent: string | null;

  @ApiProperty({ nullable: true, type: String, description: 'Address it was used from last' })
  ip: string | null;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty()
  lastUsedAt: Date;

  @ApiProperty()
  expiresAt: Date;
}

export class SessionListDto {
  @ApiProperty({ type: [SessionDto] })
  data: SessionDto[];
}

/** A JSON Web Key Set (RFC 7517) of public keys. */
export class JwksDto {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  keys: object[];
}
