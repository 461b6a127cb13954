import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NotFound } from '#core/errors';
import { Authenticated, CurrentPerson, isUuid, type Person, ProblemResponse, Public } from '#core/http';
import { callerOf } from './caller.js';
import { AuthenticationDto, JwksDto, LoginDto, RefreshDto, RegisterDto, SessionListDto } from './auth.dto.js';
import { IdentityService } from './identity.service.js';
import { LocalIssuerOnly } from './local-issuer.guard.js';
import { SessionsService } from './sessions.service.js';
import { SigningKeysService } from './signing-keys.service.js';

@ApiTags('auth')
@Controller('api/auth')
export class AuthController {
  constructor(
    private readonly identity: IdentityService,
    private readonly sessions: SessionsService,
    private readonly signingKeys: SigningKeysService,
  ) {}

  @Post('register')
  @LocalIssuerOnly('auth.email_taken')
  @Public()
  @ApiOperation({ operationId: 'register', summary: 'Create an account and sign in' })
  @ApiCreatedResponse({ type: AuthenticationDto })
  @ProblemResponse(422, '`auth.password_too_weak`, `request.invalid`')
  @ProblemResponse(429, '`auth.too_many_attempts`')
  register(@Body() body: RegisterDto, @Req() request: FastifyRequest): Promise<AuthenticationDto> {
    return this.identity.register(body, callerOf(request));
  }

  @Post('login')
  @LocalIssuerOnly()
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'login', summary: 'Sign in with e-mail address and password' })
  @ApiOkResponse({ type: AuthenticationDto })
  @ProblemResponse(401, '`auth.invalid_credentials`: the address is unknown or the password wrong')
  @ProblemResponse(429, '`auth.too_many_attempts`')
  login(@Body() body: LoginDto, @Req() request: FastifyRequest): Promise<AuthenticationDto> {
    return this.identity.login(body, callerOf(request));
  }

  @Post('refresh')
  @LocalIssuerOnly()
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'refresh', summary: 'Exchange the refresh token for new tokens' })
  @ApiOkResponse({ type: AuthenticationDto })
  @ProblemResponse(401, '`auth.refresh_token_invalid`, `auth.refresh_token_reused`, `auth.session_ended`')
  refresh(@Body() body: RefreshDto, @Req() request: FastifyRequest): Promise<AuthenticationDto> {
    return this.identity.refresh(body.refreshToken, callerOf(request));
  }

  @Post('logout')
  @LocalIssuerOnly()
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'logout', summary: 'End this session' })
  @ApiNoContentResponse()
  async logout(@CurrentPerson() person: Person): Promise<void> {
    if (person.sessionId) await this.sessions.end(person.userId, person.sessionId);
  }

  @Post('logout-all')
  @LocalIssuerOnly()
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'logoutAll', summary: 'End all your sessions, this one too' })
  @ApiNoContentResponse()
  async logoutAll(@CurrentPerson() person: Person): Promise<void> {
    await this.sessions.endAll(person.userId);
  }

  @Get('sessions')
  @LocalIssuerOnly()
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'listSessions', summary: 'Where you are signed in' })
  @ApiOkResponse({ type: SessionListDto })
  async listSessions(@CurrentPerson() person: Person): Promise<SessionListDto> {
    const sessions = await this.sessions.list(person.userId);
    return { data: sessions.map((session) => ({ ...session, current: session.id === person.sessionId })) };
  }

  @Delete('sessions/:sessionId')
  @LocalIssuerOnly()
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiParam({ name: 'sessionId', schema: { type: 'string', format: 'uuid' } })
  @ApiOperation({ operationId: 'endSession', summary: 'End one of your sessions' })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'You have no such session')
  async endSession(@CurrentPerson() person: Person, @Param('sessionId') sessionId: string): Promise<void> {
    if (!isUuid(sessionId)) throw NotFound();
    await this.sessions.end(person.userId, sessionId);
  }

  @Get('.well-known/jwks.json')
  @LocalIssuerOnly()
  @Public()
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ operationId: 'getJwks', summary: 'The public keys that verify our access tokens' })
  @ApiOkResponse({ type: JwksDto })
  getJwks(): Promise<JwksDto> {
    return this.signingKeys.published();
  }
}
