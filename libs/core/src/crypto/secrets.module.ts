import { Module } from '@nestjs/common';
import { DataKeysRepository } from './data-keys.repository.js';
import { SecretsService } from './secrets.service.js';

/** Secrets of organizations, for the features that keep some. */
@Module({ providers: [DataKeysRepository, SecretsService], exports: [SecretsService] })
export class SecretsModule {}
