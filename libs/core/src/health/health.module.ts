import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthProbes } from './health-probes.js';

/** Health of what the process depends on. */
@Module({ imports: [TerminusModule.forRoot({ logger: false })], providers: [HealthProbes], exports: [HealthProbes] })
export class HealthModule {}
