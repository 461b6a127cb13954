import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPerson, type Person } from '#core/http';
import { LocalIssuerOnly } from './local-issuer.guard.js';
import { RecoveryCodesDto, TotpCodeDto, TotpEnrolmentDto, TotpStatusDto } from './totp.dto.js';
import { TotpService } from './totp.service.js';

@ApiTags('auth')
@Controller('api/auth/totp')
@LocalIssuerOnly('auth.second_factor_exists', 'auth.second_factor_missing')
export class TotpController {
  constructor(private readonly totp: TotpService) {}

  @Get()
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'getTotp', summary: 'Whether signing in needs a code of an authenticator app' })
  @ApiOkResponse({ type: TotpStatusDto })
  getTotp(@CurrentPerson() person: Person): Promise<TotpStatusDto> {
    return this.totp.status(person.userId);
  }

  @Post('enrol')
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'enrolTotp', summary: 'Begin: get the secret for the authenticator app' })
  @ApiCreatedResponse({ type: TotpEnrolmentDto })
  enrolTotp(@CurrentPerson() person: Person): Promise<TotpEnrolmentDto> {
    return this.totp.enrol(person);
  }

  @Post('confirm')
  @HttpCode(200)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'confirmTotp', summary: 'End the enrolment by a first code; your other sessions end' })
  @ApiOkResponse({ type: RecoveryCodesDto })
  async confirmTotp(@CurrentPerson() person: Person, @Body() body: TotpCodeDto): Promise<RecoveryCodesDto> {
    return { recoveryCodes: await this.totp.confirm(person, body.code) };
  }

  @Post('recovery-codes')
  @HttpCode(200)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'replaceRecoveryCodes', summary: 'New recovery codes; the old ones end' })
  @ApiOkResponse({ type: RecoveryCodesDto })
  async replaceRecoveryCodes(@CurrentPerson() person: Person, @Body() body: TotpCodeDto): Promise<RecoveryCodesDto> {
    return { recoveryCodes: await this.totp.replaceRecoveryCodes(person, body.code) };
  }

  @Post('remove')
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'removeTotp', summary: 'Sign in without a code from now on' })
  @ApiNoContentResponse()
  async removeTotp(@CurrentPerson() person: Person, @Body() body: TotpCodeDto): Promise<void> {
    await this.totp.remove(person, body.code);
  }
}
