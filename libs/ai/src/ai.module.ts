import { Module } from '@nestjs/common';
import { BillingModule } from '#billing';
import { AppConfig } from '#core/config';
import { ProviderKeysModule } from './provider-keys/provider-keys.module.js';
import { OpenAiProvider } from './providers/openai.provider.js';
import { ProviderRegistry } from './providers/provider-registry.js';
import { SandboxProvider } from './providers/sandbox.provider.js';

/** Models and providers, for the API and the worker. */
@Module({
  imports: [BillingModule, ProviderKeysModule],
  providers: [
    {
      provide: ProviderRegistry,
      useFactory: (config: AppConfig) =>
        new ProviderRegistry([
          new SandboxProvider(config.providers.sandbox),
          new OpenAiProvider(config.providers.openai),
        ]),
      inject: [AppConfig],
    },
  ],
  exports: [ProviderRegistry, BillingModule, ProviderKeysModule],
})
export class AiModule {}
