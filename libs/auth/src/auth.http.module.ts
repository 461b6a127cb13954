import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PermissionGuard } from '#core/http';
import { ApiKeysController } from './api-keys.controller.js';
import { AuthController } from './auth.controller.js';
import { AuthModule } from './auth.module.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { PasswordsController } from './passwords.controller.js';
import { TotpController } from './totp.controller.js';

/**
 * The routes under /api/auth and the organizations' API keys, and the two guards of every route of the application, in
 * this order: who asks, then whether they may.
 */
@Module({
  imports: [AuthModule],
  controllers: [AuthController, PasswordsController, TotpController, ApiKeysController],
  providers: [
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: PermissionGuard },
  ],
})
export class AuthHttpModule {}
