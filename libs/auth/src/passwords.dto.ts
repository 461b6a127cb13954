import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Length, MaxLength } from 'class-validator';
import { IsEmailAddress, OptionalField } from '#core/http';
import { MAX_PASSWORD_UNITS, PASSWORD_LENGTH } from './password-policy.js';

const newPassword = {
  format: 'password',
  minLength: PASSWORD_LENGTH.min,
  maxLength: PASSWORD_LENGTH.max,
  description: 'Long, and not among the first guesses of an attacker',
};

export class LinkTokenDto {
  @ApiProperty({ description: 'From the link in the mail' })
  @IsString()
  @Length(1, 200)
  token: string;
}

export class EmailDto {
  @ApiProperty({ format: 'email' })
  @IsEmailAddress()
  email: string;
}

export class ResetPasswordDto extends LinkTokenDto {
  @ApiProperty(newPassword)
  @IsString()
  @MaxLength(MAX_PASSWORD_UNITS)
  password: string;

  @ApiPropertyOptional({
    example: '123456',
    description: 'A code of the second factor; Supabase Auth asks people who have one, the local issuer does not',
  })
  @OptionalField()
  @IsString()
  @Length(6, 20)
  code?: string;
}

export class ChangePasswordDto {
  @ApiProperty({ format: 'password' })
  @IsString()
  @MaxLength(MAX_PASSWORD_UNITS)
  currentPassword: string;

  @ApiProperty(newPassword)
  @IsString()
  @MaxLength(MAX_PASSWORD_UNITS)
  newPassword: string;

  @ApiPropertyOptional({
    example: '123456',
    description: 'A code of the second factor; Supabase Auth asks people who have one, the local issuer does not',
  })
  @OptionalField()
  @IsString()
  @Length(6, 20)
  code?: string;
}
