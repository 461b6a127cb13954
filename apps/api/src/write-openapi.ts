import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { loadConfig, runMain } from '#core/config';
import { ApiModule } from './api.module.js';
import { createOpenApi } from './openapi.js';

/** Writes the OpenAPI document to the path given, without a database: nothing is instantiated in preview mode. */
runMain(async () => {
  const target = process.argv[2];
  if (!target) throw new Error('Usage: write-openapi <path>');
  const config = loadConfig({ DATABASE_URL: 'postgres://localhost/none', APP_SECRET: 'x'.repeat(32) });
  const app = await NestFactory.create(ApiModule.forRoot(config), new FastifyAdapter(), {
    preview: true,
    logger: ['error'],
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, `${JSON.stringify(createOpenApi(app), null, 2)}\n`);
});
