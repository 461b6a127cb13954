import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { keepCurrentRequest } from '#core/http';
import { AuditController } from './audit.controller.js';
import { AuditLogService } from './audit-log.service.js';
import { AuditOperatorsController } from './audit-operators.controller.js';
import { AuditNotes } from './audit-notes.service.js';
import { AuditVerificationController } from './audit-verification.controller.js';
import { AuditVerificationService } from './audit-verification.service.js';
import { AuditModule } from './audit.module.js';
import { noteDenial } from './note-denial.js';

/** The audit log in an HTTP application: lines know the request they were written in, and denials are noted. */
@Module({
  imports: [AuditModule],
  controllers: [AuditController, AuditOperatorsController, AuditVerificationController],
  providers: [AuditLogService, AuditVerificationService],
})
export class AuditHttpModule {
  constructor(host: HttpAdapterHost<FastifyAdapter>, notes: AuditNotes) {
    const fastify = host.httpAdapter.getInstance();
    keepCurrentRequest(fastify);
    fastify.addHook('onResponse', (request, _reply, done) => {
      noteDenial(notes, request);
      done();
    });
  }
}
