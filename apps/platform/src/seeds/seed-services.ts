import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '#auth';
import { AppConfigModule, loadConfig } from '#core/config';
import { DatabaseModule } from '#core/db';
import { StorageModule } from '#core/storage';
import { OrganizationsModule } from '#organizations';

@Module({})
class SeedModule {}

/** The services that make accounts, organizations and keys, without any server. Close it after use. */
export function openSeedServices(login: { databaseUrl: string; appSecret: string }): Promise<INestApplicationContext> {
  const config = loadConfig({ DATABASE_URL: login.databaseUrl, APP_SECRET: login.appSecret, DATABASE_POOL_SIZE: '2' });
  const module = {
    module: SeedModule,
    imports: [
      AppConfigModule.forRoot(config),
      DatabaseModule.forRoot('base-seed'),
      StorageModule,
      OrganizationsModule,
      AuthModule,
    ],
  };
  return NestFactory.createApplicationContext(module, { logger: ['error'], abortOnError: false });
}
