import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';

import { MetadataScanner, ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '#core/config';
import { errorCatalogue } from '#core/errors';
import { ACCESS, type Access, ALL_PERMISSIONS, isPermission, speaksOpenAi } from '#core/http';
import { ApiModule } from '../../apps/api/src/api.module.js';

interface Operation {
  operationId: string;
  tags?: string[];
  parameters?: { name: string; in: string; description?: string }[];
  requestBody?: object;
  summary?: string;
  description?: string;
  security?: object[];
  responses: Record<string, { description?: string; content?: Record<string, unknown> }>;
  'x-permission'?: string;
}

const document = JSON.parse(readFileSync('libs/sdk/openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
  tags: { name: string; description?: string }[];
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

describe('the API', () => {
  let app: NestFastifyApplication;
  let routes: { name: string; method: string; controller: Type; access: Access | undefined }[];

  beforeAll(async () => {
    const config = loadConfig({ DATABASE_URL: 'postgres://localhost/none', APP_SECRET: 'x'.repeat(32) });
    app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config), new FastifyAdapter(), {
      preview: true,
      logger: false,
    });
    const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
    const scanner = new MetadataScanner();
    routes = controllers.flatMap(({ metatype }) => {
      const controller = metatype as Type;
      const prototype = controller.prototype as Record<string, object>;
      return scanner
        .getAllMethodNames(prototype)
        .filter((method) => Reflect.hasMetadata(METHOD_METADATA, prototype[method] ?? {}))
        .map((method) => {
          const handler = prototype[method] ?? {};
          const verb = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? '';
          const path = [controller, handler]
            .map((target) => String(Reflect.getMetadata(PATH_METADATA, target)))
            .join('/');
          return {
            name: `${verb} ${path} (${controller.name}.${method})`,
            method,
            controller,
            access: (Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller)) as
              Access | undefined,
          };
        });
    });
  });
  afterAll(() => app.close());

  it('has routes to look at', () => {
    expect(routes.length).toBeGreaterThan(20);
    expect(operations.length).toBeGreaterThan(20);
  });

  it('says of every route who may use it: guarded or public, by decision and not by omission', () => {
    expect(routes.filter(({ access }) => access === undefined).map(({ name }) => name)).toEqual([]);
  });

  it('asks only for permissions that exist', () => {
    const asked = routes.flatMap(({ access }) =>
      access?.kind === 'authenticated' && access.permission ? [access.permission] : [],
    );
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((permission) => !isPermission(permission))).toEqual([]);
  });

  it('uses every permission, so that no key is given a scope that opens nothing', () => {
    const asked = new Set(routes.map(({ access }) => access?.kind === 'authenticated' && access.permission));
    expect(ALL_PERMISSIONS.filter((permission) => !asked.has(permission))).toEqual([]);
  });

  it('names each operation uniquely, by its method, with a summary', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const methods = new Set(routes.map(({ method }) => method));
    expect(ids.filter((id) => !methods.has(id))).toEqual([]);
    expect(operations.filter(({ operation }) => !operation.summary).map(({ name }) => name)).toEqual([]);
  });

  it('documents security exactly where the code demands it', () => {
    const open = new Set(routes.filter(({ access }) => access?.kind === 'public').map(({ method }) => method));
    for (const { name, operation } of operations) {
      expect({ name, secured: (operation.security?.length ?? 0) > 0 }).toEqual({
        name,
        secured: !open.has(operation.operationId),
      });
    }
  });

  it('answers every documented refusal with problem+json, or as OpenAI does where its clients ask', () => {
    const wrong = operations.flatMap(({ name, operation }) =>
      Object.entries(operation.responses)
        .filter(([status]) => Number(status) >= 400 && !(name.includes('/api/health') && status === '503'))
        .filter(
          ([, response]) =>
            !response.content?.[name.includes(' /v1/') ? 'application/json' : 'application/problem+json'],
        )
        .map(([status]) => `${name} ${status}`),
    );
    expect(wrong).toEqual([]);
  });

  it('documents 422 of every operation whose body or query is checked', () => {
    const checked = operations.filter(
      ({ name, operation }) =>
        !speaksOpenAi(name.split(' ')[1] ?? '') &&
        (operation.requestBody ?? operation.parameters?.some((parameter) => parameter.in === 'query')),
    );
    expect(checked.length).toBeGreaterThan(20);
    expect(checked.filter(({ operation }) => !operation.responses['422']).map(({ name }) => name)).toEqual([]);
  });

  it('says of every answer what it means', () => {
    const silent = operations.flatMap(({ name, operation }) =>
      Object.entries(operation.responses).flatMap(([status, { description }]) =>
        description ? [] : [`${name} ${status}`],
      ),
    );
    expect(silent).toEqual([]);
  });

  it('describes every parameter and every tag (apps/api/src/openapi-descriptions.ts knows those of everywhere)', () => {
    const silent = operations.flatMap(({ name, operation }) =>
      (operation.parameters ?? [])
        .filter(({ description }) => !description)
        .map((parameter) => `${name} ${parameter.in} ${parameter.name}`),
    );
    expect(silent).toEqual([]);
    const described = new Set(document.tags.filter(({ description }) => description).map(({ name }) => name));
    expect(operations.filter(({ operation }) => !operation.tags?.length).map(({ name }) => name)).toEqual([]);
    expect(operations.flatMap(({ operation }) => operation.tags ?? []).filter((tag) => !described.has(tag))).toEqual(
      [],
    );
  });

  it('describes every operation about generations, money and operators beyond its summary', () => {
    const silent = operations.filter(
      ({ operation: { tags = [], description } }) =>
        tags.some((tag) => ['admin', 'ai', 'billing'].includes(tag)) && !description,
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('takes the organization from the path or from the header, never from both', () => {
    const both = operations.filter(
      ({ name, operation }) =>
        name.includes('{organizationId}') && operation.parameters?.some((one) => one.name === 'X-Organization-Id'),
    );
    expect(both.map(({ name }) => name)).toEqual([]);
    const without = operations.filter(
      ({ name, operation }) =>
        operation['x-permission'] &&
        !name.includes('{organizationId}') &&
        !operation.parameters?.some((one) => one.name === 'X-Organization-Id'),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it('keeps the committed document sorted, so that a change shows as a change', () => {
    const paths = Object.keys(document.paths);
    expect(paths).toEqual([...paths].sort());
  });

  it('documents every error code', () => {
    const page = readFileSync('docs/reference/errors.md', 'utf8');
    const codes = errorCatalogue().map(({ code }) => code);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});
