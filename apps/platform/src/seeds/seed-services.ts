import { type DynamicModule, type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '#auth';
import { AppConfigModule, loadConfig } from '#core/config';
import { DatabaseModule } from '#core/db';
import { StorageModule } from '#core/storage';
import { OrganizationsModule } from '#organizations';

@Module({})
class SeedModule {}

export interface SeedServicesOptions {
  databaseUrl: string;
  appSecret: string;
  /** The environment of the platform: where its API and its Studio are, for links in mails. */
  inherited: Record<string, string>;
  /** Features beyond accounts and organizations. */
  modules?: (Type | DynamicModule)[];
}

/** The services that make accounts, organizations and keys, without any server. Close it after use. */
export function openSeedServices(options: SeedServicesOptions): Promise<INestApplicationContext> {
  const { PORT, PUBLIC_URL, STUDIO_URL, DATA_DIR } = options.inherited;
  const config = loadConfig({
    ...{ PORT, PUBLIC_URL, STUDIO_URL, DATA_DIR },
    DATABASE_URL: options.databaseUrl,
    APP_SECRET: options.appSecret,
    DATABASE_POOL_SIZE: '2',
  });
  const module = {
    module: SeedModule,
    imports: [
      AppConfigModule.forRoot(config),
      DatabaseModule.forRoot('base-seed'),
      StorageModule,
      OrganizationsModule,
      AuthModule,
      ...(options.modules ?? []),
    ],
  };
  return NestFactory.createApplicationContext(module, { logger: ['error'], abortOnError: false });
}
