import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPerson, type Person, ProblemResponse } from '#core/http';
import { AccessToken } from './credentials.js';
import { IDENTITY_ISSUER, type IdentityIssuer } from './identity-issuer.js';
import { RecoveryCodesDto, TotpCodeDto, TotpConfirmedDto, TotpEnrolmentDto, TotpStatusDto } from './totp.dto.js';

@ApiTags('auth')
@Controller('api/auth/totp')
@ProblemResponse(403, '`auth.code_wrong`')
@ProblemResponse(409, '`auth.second_factor_exists`, `auth.second_factor_missing`, `auth.not_offered_by_issuer`')
export class TotpController {
  constructor(@Inject(IDENTITY_ISSUER) private readonly issuer: IdentityIssuer) {}

  @Get()
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'getTotp', summary: 'Whether signing in needs a code of an authenticator app' })
  @ApiOkResponse({ type: TotpStatusDto })
  getTotp(@CurrentPerson() person: Person, @AccessToken() token: string): Promise<TotpStatusDto> {
    return this.issuer.secondFactor.status(person, token);
  }

  @Post('enrol')
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'enrolTotp', summary: 'Begin: get the secret for the authenticator app' })
  @ApiCreatedResponse({ type: TotpEnrolmentDto })
  enrolTotp(@CurrentPerson() person: Person, @AccessToken() token: string): Promise<TotpEnrolmentDto> {
    return this.issuer.secondFactor.enrol(person, token);
  }

  @Post('confirm')
  @HttpCode(200)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'confirmTotp', summary: 'End the enrolment by a first code; your other sessions end' })
  @ApiOkResponse({ type: TotpConfirmedDto })
  confirmTotp(
    @CurrentPerson() person: Person,
    @Body() body: TotpCodeDto,
    @AccessToken() token: string,
  ): Promise<TotpConfirmedDto> {
    return this.issuer.secondFactor.confirm(person, body.code, token);
  }

  @Post('recovery-codes')
  @HttpCode(200)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'replaceRecoveryCodes', summary: 'New recovery codes; the old ones end' })
  @ApiOkResponse({ type: RecoveryCodesDto })
  replaceRecoveryCodes(@CurrentPerson() person: Person, @Body() body: TotpCodeDto): Promise<RecoveryCodesDto> {
    return this.issuer.secondFactor.replaceRecoveryCodes(person, body.code);
  }

  @Post('remove')
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'removeTotp', summary: 'Sign in without a code from now on' })
  @ApiNoContentResponse()
  async removeTotp(
    @CurrentPerson() person: Person,
    @Body() body: TotpCodeDto,
    @AccessToken() token: string,
  ): Promise<void> {
    await this.issuer.secondFactor.remove(person, body.code, token);
  }
}
