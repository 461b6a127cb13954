import { Module } from '@nestjs/common';
import { BinRepository } from './bin/bin.repository.js';
import { BinService } from './bin/bin.service.js';
import { EmptyBinProcessor } from './bin/empty-bin.processor.js';

/** What the Studio leaves to the worker. */
@Module({ providers: [BinRepository, BinService, EmptyBinProcessor] })
export class StudioWorkerModule {}
