import { Module } from '@nestjs/common';
import { AuditModule } from '#core/audit';
import { OutboundModule } from '#core/outbound';
import { AssetIntake } from './asset-intake.js';
import { AssetsRepository } from './assets.repository.js';
import { AssetsService } from './assets.service.js';

/** Uploads, for the API: its own routes, and those of others that take files. */
@Module({
  imports: [AuditModule, OutboundModule],
  providers: [AssetIntake, AssetsRepository, AssetsService],
  exports: [AssetsService, AssetsRepository],
})
export class AssetsModule {}
