import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { keepCurrentRequest } from '#core/http';
import { AuditModule } from './audit.module.js';

/** The audit log in an HTTP application: lines know the request they were written in. */
@Module({ imports: [AuditModule] })
export class AuditHttpModule {
  constructor(host: HttpAdapterHost<FastifyAdapter>) {
    keepCurrentRequest(host.httpAdapter.getInstance());
  }
}
