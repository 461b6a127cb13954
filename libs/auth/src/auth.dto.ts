import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, Length, MaxLength } from 'class-validator';
import { DisplayName, IsEmailAddress, OptionalField } from '#core/http';
import { MAX_PASSWORD_UNITS, PASSWORD_LENGTH } from './password-policy.js';
import { USER_LOCALES, UserDto } from './users.dto.js';

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
  @DisplayName()
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

/** The answer to a registration that a mail must prove first; the same whether or not the address has an account. */
export class RegistrationPendingDto {
  @ApiProperty({ enum: ['confirmation_sent'] })
  status: 'confirmation_sent';

  @ApiProperty({ format: 'email', description: 'Where the mail went' })
  email: string;
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
