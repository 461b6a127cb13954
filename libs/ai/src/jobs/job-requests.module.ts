import { Module } from '@nestjs/common';
import { OutboundModule } from '#core/outbound';
import { AiModule } from '../ai.module.js';
import { AssetsModule } from '../assets/assets.module.js';
import { JobInputs } from '../inputs/job-inputs.js';
import { JobRequests } from './job-requests.js';

/** Checking and pricing requests, for all that make jobs of them. */
@Module({
  imports: [AiModule, AssetsModule, OutboundModule],
  providers: [JobInputs, JobRequests],
  exports: [JobInputs, JobRequests],
})
export class JobRequestsModule {}
