import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { AppConfig } from './app-config.js';

/** Offers the one checked `AppConfig` to every module (and to `ConfigService` users under the key `app`). */
@Module({})
export class AppConfigModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: AppConfigModule,
      global: true,
      imports: [ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [() => ({ app: config })] })],
      providers: [
        {
          provide: AppConfig,
          useFactory: (service: ConfigService) => service.getOrThrow<AppConfig>('app'),
          inject: [ConfigService],
        },
      ],
      exports: [AppConfig],
    };
  }
}
