import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { AuthenticationDto } from './auth.dto.js';

export class TotpCodeDto {
  @ApiProperty({ example: '123456', description: 'A code of the authenticator app, or a recovery code' })
  @IsString()
  @Length(6, 20)
  code: string;
}

export class TotpStatusDto {
  @ApiProperty({ description: 'Whether signing in needs a code' })
  enabled: boolean;

  @ApiProperty({ description: 'Recovery codes that were not used yet' })
  recoveryCodesLeft: number;
}

export class TotpEnrolmentDto {
  @ApiProperty({ description: 'For typing into the app, base 32' })
  secret: string;

  @ApiProperty({ example: 'otpauth://totp/…', description: 'For the QR code that the app reads' })
  uri: string;
}

export class RecoveryCodesDto {
  @ApiProperty({ type: [String], description: 'Each is good once. Shown this once. Empty with Supabase Auth' })
  recoveryCodes: string[];
}

export class TotpConfirmedDto extends RecoveryCodesDto {
  @ApiProperty({
    type: AuthenticationDto,
    nullable: true,
    description: 'New tokens, to be used instead of yours; null: yours stay good',
  })
  session: AuthenticationDto | null;
}
