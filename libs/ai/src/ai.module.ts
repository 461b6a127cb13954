import { Module } from '@nestjs/common';
import { BillingModule } from '#billing';
import { AppConfig } from '#core/config';
import { CallbackAddresses } from './callback-addresses.js';
import { ProviderKeysModule } from './provider-keys/provider-keys.module.js';
import { TextWriterClient } from './text/text-writer.client.js';
import { ProviderRegistry } from './providers/provider-registry.js';

/** Models and providers, for the API and the worker. */
@Module({
  imports: [BillingModule, ProviderKeysModule],
  providers: [
    CallbackAddresses,
    TextWriterClient,
    {
      provide: ProviderRegistry,
      useFactory: (config: AppConfig) => ProviderRegistry.fromConfig(config),
      inject: [AppConfig],
    },
  ],
  exports: [CallbackAddresses, ProviderRegistry, TextWriterClient, BillingModule, ProviderKeysModule],
})
export class AiModule {}
