import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticated, CurrentPerson, type Person, ProblemResponse, Public } from '#core/http';
import { EmailVerificationService } from './email-verification.service.js';
import { LocalIssuerOnly } from './local-issuer.guard.js';
import { ChangePasswordDto, ForgotPasswordDto, LinkTokenDto, ResetPasswordDto } from './passwords.dto.js';
import { PasswordsService } from './passwords.service.js';

/** What is done by links in mails, and changing the password. */
@ApiTags('auth')
@Controller('api/auth')
@LocalIssuerOnly()
export class PasswordsController {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly verification: EmailVerificationService,
  ) {}

  @Post('verify-email')
  @HttpCode(204)
  @Public()
  @ApiOperation({ operationId: 'verifyEmail', summary: 'Prove the e-mail address by the link in the mail' })
  @ApiNoContentResponse()
  @ProblemResponse(400, '`auth.link_invalid`')
  async verifyEmail(@Body() body: LinkTokenDto): Promise<void> {
    await this.verification.confirm(body.token);
  }

  @Post('resend-verification')
  @HttpCode(202)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'resendVerification', summary: 'Send the mail that proves the address again' })
  @ApiAcceptedResponse()
  @ProblemResponse(429, '`auth.too_many_attempts`')
  async resendVerification(@CurrentPerson() person: Person): Promise<void> {
    await this.verification.requestAgain(person.userId);
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
  async forgotPassword(@Body() body: ForgotPasswordDto, @Req() request: FastifyRequest): Promise<void> {
    await this.passwords.forgot(body.email, request.ip);
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
    await this.passwords.reset(body.token, body.password);
  }

  @Post('change-password')
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'changePassword', summary: 'Change the password; your other sessions end' })
  @ApiNoContentResponse()
  @ProblemResponse(422, '`auth.password_too_weak`, `request.invalid`')
  @ProblemResponse(429, '`auth.too_many_attempts`')
  async changePassword(
    @CurrentPerson() person: Person,
    @Body() { currentPassword, newPassword }: ChangePasswordDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.passwords.change(person, { current: currentPassword, next: newPassword }, request.ip);
  }
}
