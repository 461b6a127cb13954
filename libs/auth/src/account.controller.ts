import { Body, Controller, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticated, CurrentPerson, type Person, ProblemResponse, Public } from '#core/http';
import { AccessToken } from './credentials.js';
import { IDENTITY_ISSUER, type IdentityIssuer } from './identity-issuer.js';
import { LinkTokenDto } from './passwords.dto.js';
import { PersonalDataService } from './personal-data.service.js';
import { ChangeEmailDto, ExportMyDataDto, PasswordProofDto, PersonalDataDto } from './users.dto.js';

/** What people do with their account as a whole; each asks again who they are. */
@ApiTags('users')
@Controller('api/users/me')
export class AccountController {
  constructor(
    @Inject(IDENTITY_ISSUER) private readonly issuer: IdentityIssuer,
    private readonly personalData: PersonalDataService,
  ) {}

  @Post('email')
  @HttpCode(202)
  @Authenticated({ person: true })
  @ApiOperation({
    operationId: 'changeEmail',
    summary: 'Ask for another e-mail address',
    description:
      'A link goes to the new address, a notice to the old one; nothing changes until the link is opened. The answer is the same when the address has an account.',
  })
  @ApiAcceptedResponse()
  @ProblemResponse(403, '`auth.password_wrong`; `auth.code_required`, `auth.code_wrong`')
  @ProblemResponse(429, '`auth.too_many_attempts`, `rate_limit.exceeded`')
  async changeEmail(
    @CurrentPerson() person: Person,
    @Body() { email, ...proof }: ChangeEmailDto,
    @Req() request: FastifyRequest,
    @AccessToken() token: string,
  ): Promise<void> {
    await this.issuer.reauthentication.assert(person, proof, request.ip);
    await this.issuer.addresses.requestChange(person, email, token);
  }

  @Post('email/confirm')
  @HttpCode(204)
  @Public()
  @ApiOperation({ operationId: 'confirmEmailChange', summary: 'Prove the new address by the link in the mail' })
  @ApiNoContentResponse()
  @ProblemResponse(400, '`auth.link_invalid`')
  async confirmEmailChange(@Body() body: LinkTokenDto): Promise<void> {
    await this.issuer.addresses.confirmChange(body.token);
  }

  @Post('export')
  @HttpCode(200)
  @Authenticated({ person: true })
  @Header('content-disposition', 'attachment; filename="base-agency-my-data.json"')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'exportMyData',
    summary: 'A copy of everything that is kept about you',
    description: 'Three copies at once, then one every twenty minutes. Long lists hold the newest 10,000 entries.',
  })
  @ApiOkResponse({ type: PersonalDataDto })
  @ProblemResponse(
    403,
    '`auth.reauthentication_required`: signed in more than ten minutes ago; `auth.password_wrong`, `auth.code_required`, `auth.code_wrong`',
  )
  @ProblemResponse(429, '`auth.too_many_attempts`, `rate_limit.exceeded`')
  async exportMyData(
    @CurrentPerson() person: Person,
    @Body() proof: ExportMyDataDto,
    @Req() request: FastifyRequest,
  ): Promise<PersonalDataDto> {
    await this.issuer.reauthentication.assertRecent(person, proof, request.ip);
    return this.personalData.export(person);
  }

  @Post('delete')
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({
    operationId: 'deleteMyAccount',
    summary: 'Erase your account for ever',
    description:
      'Ends your sessions, memberships and the API keys you made, and erases what is personal. Jobs and books of your organizations stay without your name. It cannot be undone.',
  })
  @ApiNoContentResponse()
  @ProblemResponse(403, '`auth.password_wrong`; `auth.code_required`, `auth.code_wrong`')
  @ProblemResponse(
    409,
    '`organizations.last_owner`: `organizations` lists those that would have no owner; `auth.not_offered_by_issuer`',
  )
  @ProblemResponse(429, '`auth.too_many_attempts`, `rate_limit.exceeded`')
  async deleteMyAccount(
    @CurrentPerson() person: Person,
    @Body() proof: PasswordProofDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.issuer.reauthentication.assert(person, proof, request.ip);
    await this.personalData.erase(person);
  }
}
