import { Module } from '@nestjs/common';
import { AuditModule } from '#core/audit';
import { SecretsModule } from '#core/crypto';
import { KeyCheckClient } from './key-check.client.js';
import { ProviderCredentialsService } from './provider-credentials.service.js';
import { ProviderKeysRepository } from './provider-keys.repository.js';

/** Organizations' own keys for those who call providers, in the API and the worker. */
@Module({
  imports: [AuditModule, SecretsModule],
  providers: [KeyCheckClient, ProviderCredentialsService, ProviderKeysRepository],
  exports: [KeyCheckClient, ProviderCredentialsService, ProviderKeysRepository, SecretsModule],
})
export class ProviderKeysModule {}
