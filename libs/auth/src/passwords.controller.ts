import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticated, CurrentPerson, type Person, ProblemResponse, Public } from '#core/http';
import { AccessToken } from './credentials.js';
import { IDENTITY_ISSUER, type IdentityIssuer } from './identity-issuer.js';
import { ChangePasswordDto, EmailDto, LinkTokenDto, ResetPasswordDto } from './passwords.dto.js';

/** What is done by links in mails, and changing the password. */
@ApiTags('auth')
@Controller('api/auth')
export class PasswordsController {
  constructor(@Inject(IDENTITY_ISSUER) private readonly issuer: IdentityIssuer) {}

  @Post('verify-email')
  @HttpCode(204)
  @Public()
  @ApiOperation({ operationId: 'verifyEmail', summary: 'Prove the e-mail address by the link in the mail' })
  @ApiNoContentResponse()
  @ProblemResponse(400, '`auth.link_invalid`')
  async verifyEmail(@Body() body: LinkTokenDto): Promise<void> {
    await this.issuer.addresses.confirm(body.token);
  }

  @Post('resend-verification')
  @HttpCode(202)
  @Public()
  @ApiOperation({
    operationId: 'resendVerification',
    summary: 'Send the mail that proves an address again; the answer is the same when there is nothing to prove',
  })
  @ApiAcceptedResponse()
  @ProblemResponse(429, '`auth.too_many_attempts`')
  async resendVerification(@Body() body: EmailDto, @Req() request: FastifyRequest): Promise<void> {
    await this.issuer.addresses.resend(body.email, request.ip);
  }

  @Post('forgot-password')
  @HttpCode(202)
  @Public()
  @ApiOperation({
    operationId: 'forgotPassword',
    summary: 'Send a link to choose a new password; the answer is the same when nobody has the address',
  })
  @ApiAcceptedResponse()
  @ProblemResponse(429, '`auth.too_many_attempts`')
  async forgotPassword(@Body() body: EmailDto, @Req() request: FastifyRequest): Promise<void> {
    await this.issuer.passwords.forgot(body.email, request.ip);
  }

  @Post('reset-password')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    operationId: 'resetPassword',
    summary: 'Choose a new password by the link in the mail; all sessions end',
  })
  @ApiNoContentResponse()
  @ProblemResponse(400, '`auth.link_invalid`')
  @ProblemResponse(422, '`auth.password_too_weak`, `request.invalid`')
  async resetPassword(@Body() body: ResetPasswordDto): Promise<void> {
    await this.issuer.passwords.reset(body);
  }

  @Post('change-password')
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'changePassword', summary: 'Change the password; your other sessions end' })
  @ApiNoContentResponse()
  @ProblemResponse(403, '`auth.password_wrong`; `auth.code_required`, `auth.code_wrong`')
  @ProblemResponse(422, '`auth.password_too_weak`, `request.invalid`')
  @ProblemResponse(429, '`auth.too_many_attempts`')
  async changePassword(
    @CurrentPerson() person: Person,
    @Body() { currentPassword: current, newPassword: next, code }: ChangePasswordDto,
    @Req() request: FastifyRequest,
    @AccessToken() token: string,
  ): Promise<void> {
    await this.issuer.passwords.change(person, { current, next, code }, request.ip, token);
  }
}
