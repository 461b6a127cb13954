import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PermissionGuard } from '#core/http';
import { LimitsModule, RateLimitGuard } from '#core/limits';
import { AccountController } from './account.controller.js';
import { ApiKeysController } from './api-keys.controller.js';
import { AuthController } from './auth.controller.js';
import { AuthModule } from './auth.module.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { PasswordsController } from './passwords.controller.js';
import { TotpController } from './totp.controller.js';
import { UsersController } from './users.controller.js';

/**
 * The routes under /api/auth and /api/users, the organizations' API keys, and the three guards of every route of the
 * application, in this order: who asks, whether not too often, whether they may.
 */
@Module({
  imports: [AuthModule, LimitsModule],
  controllers: [
    AuthController,
    PasswordsController,
    TotpController,
    UsersController,
    AccountController,
    ApiKeysController,
  ],
  providers: [
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: PermissionGuard },
  ],
})
export class AuthHttpModule {}
