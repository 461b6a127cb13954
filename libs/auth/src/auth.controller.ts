import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '#core/config';
import { NotFound } from '#core/errors';
import { Authenticated, CurrentPerson, isUuid, type Person, ProblemResponse, Public } from '#core/http';
import { callerOf } from './caller.js';
import {
  AuthenticationDto,
  JwksDto,
  LoginDto,
  RefreshDto,
  RegisterDto,
  RegistrationPendingDto,
  SessionListDto,
} from './auth.dto.js';
import { NotOfferedByIssuer } from './auth.errors.js';
import { AccessToken } from './credentials.js';
import { IDENTITY_ISSUER, type IdentityIssuer } from './identity-issuer.js';
import { LinkTokenDto } from './passwords.dto.js';
import { SigningKeysService } from './signing-keys.service.js';

@ApiTags('auth')
@Controller('api/auth')
export class AuthController {
  constructor(
    @Inject(IDENTITY_ISSUER) private readonly issuer: IdentityIssuer,
    private readonly signingKeys: SigningKeysService,
    private readonly config: AppConfig,
  ) {}

  @Post('register')
  @Public()
  @ApiOperation({
    operationId: 'register',
    summary: 'Ask for an account',
    description:
      'With EMAIL_CONFIRMATION=required (Supabase Auth: "Confirm email") the answer is 202 and the same whether or not the address has an account; the link in the mail makes the account. Else the account is there and signed in at once: 201, or 409 for an address that has one.',
  })
  @ApiCreatedResponse({ type: AuthenticationDto, description: 'You are signed in' })
  @ApiAcceptedResponse({ type: RegistrationPendingDto, description: 'A mail was sent; open its link' })
  @ProblemResponse(403, '`auth.sign_up_closed`')
  @ProblemResponse(409, '`auth.email_taken`')
  @ProblemResponse(422, '`auth.password_too_weak`, `request.invalid`')
  @ProblemResponse(429, '`auth.too_many_attempts`')
  async register(
    @Body() body: RegisterDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuthenticationDto | RegistrationPendingDto> {
    const answer = await this.issuer.signIn.register(body, callerOf(request));
    void reply.status('status' in answer ? 202 : 201);
    return answer;
  }

  @Post('register/confirm')
  @Public()
  @ApiOperation({
    operationId: 'confirmRegistration',
    summary: 'Make the account by the link in the mail, and sign in',
  })
  @ApiCreatedResponse({ type: AuthenticationDto })
  @ProblemResponse(400, '`auth.link_invalid`')
  confirmRegistration(@Body() body: LinkTokenDto, @Req() request: FastifyRequest): Promise<AuthenticationDto> {
    return this.issuer.signIn.confirmRegistration(body.token, callerOf(request));
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'login', summary: 'Sign in with e-mail address and password' })
  @ApiOkResponse({ type: AuthenticationDto })
  @ProblemResponse(
    401,
    '`auth.invalid_credentials`: the address is unknown or not proved, or the password wrong; `auth.second_factor_required`, `auth.second_factor_invalid`',
  )
  @ProblemResponse(429, '`auth.too_many_attempts`')
  login(@Body() body: LoginDto, @Req() request: FastifyRequest): Promise<AuthenticationDto> {
    return this.issuer.signIn.login(body, callerOf(request));
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'refresh', summary: 'Exchange the refresh token for new tokens' })
  @ApiOkResponse({ type: AuthenticationDto })
  @ProblemResponse(401, '`auth.refresh_token_invalid`, `auth.refresh_token_reused`, `auth.session_ended`')
  refresh(@Body() body: RefreshDto, @Req() request: FastifyRequest): Promise<AuthenticationDto> {
    return this.issuer.signIn.refresh(body.refreshToken, callerOf(request));
  }

  @Post('logout')
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'logout', summary: 'End this session' })
  @ApiNoContentResponse()
  async logout(@CurrentPerson() person: Person, @AccessToken() token: string): Promise<void> {
    await this.issuer.signIn.logout(person, token);
  }

  @Post('logout-all')
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'logoutAll', summary: 'End all your sessions, this one too' })
  @ApiNoContentResponse()
  async logoutAll(@CurrentPerson() person: Person, @AccessToken() token: string): Promise<void> {
    await this.issuer.signIn.logoutAll(person, token);
  }

  @Get('sessions')
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'listSessions', summary: 'Where you are signed in' })
  @ApiOkResponse({ type: SessionListDto })
  @ProblemResponse(409, '`auth.not_offered_by_issuer`')
  async listSessions(@CurrentPerson() person: Person): Promise<SessionListDto> {
    return { data: await this.issuer.signIn.listSessions(person) };
  }

  @Delete('sessions/:sessionId')
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiParam({ name: 'sessionId', schema: { type: 'string', format: 'uuid' } })
  @ApiOperation({ operationId: 'endSession', summary: 'End one of your sessions' })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'You have no such session')
  @ProblemResponse(409, '`auth.not_offered_by_issuer`')
  async endSession(@CurrentPerson() person: Person, @Param('sessionId') sessionId: string): Promise<void> {
    if (!isUuid(sessionId)) throw NotFound();
    await this.issuer.signIn.endSession(person, sessionId);
  }

  @Get('.well-known/jwks.json')
  @Public()
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ operationId: 'getJwks', summary: 'The public keys that verify our access tokens' })
  @ApiOkResponse({ type: JwksDto })
  @ProblemResponse(409, '`auth.not_offered_by_issuer`: Supabase Auth publishes its own')
  getJwks(): Promise<JwksDto> {
    if (this.config.auth.issuer === 'local') return this.signingKeys.published();
    throw NotOfferedByIssuer(`The keys are at ${this.config.auth.supabase.url}/auth/v1/.well-known/jwks.json.`);
  }
}
