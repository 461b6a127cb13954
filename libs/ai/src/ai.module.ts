import { Module } from '@nestjs/common';
import { BillingModule } from '#billing';
import { AppConfig } from '#core/config';
import { CallbackAddresses } from './callbacks/callback-addresses.js';
import { ProviderAvailability } from './provider-status/provider-availability.service.js';
import { ProviderKeysModule } from './provider-keys/provider-keys.module.js';
import { ProviderStatusRepository } from './provider-status/provider-status.repository.js';
import { TextWriterClient } from './text/text-writer.client.js';
import { ProviderRegistry } from './providers/provider-registry.js';

/** Models and providers, for the API and the worker. */
@Module({
  imports: [BillingModule, ProviderKeysModule],
  providers: [
    CallbackAddresses,
    ProviderAvailability,
    ProviderStatusRepository,
    TextWriterClient,
    {
      provide: ProviderRegistry,
      useFactory: (config: AppConfig) => ProviderRegistry.fromConfig(config),
      inject: [AppConfig],
    },
  ],
  exports: [
    CallbackAddresses,
    ProviderAvailability,
    ProviderRegistry,
    ProviderStatusRepository,
    TextWriterClient,
    BillingModule,
    ProviderKeysModule,
  ],
})
export class AiModule {}
