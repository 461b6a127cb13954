import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { isFakeUpload } from './fake-request-body.js';
import type { FakeExchange } from './fake-server.js';

type Schema = Record<string, unknown>;

export interface ApiRules {
  /** For error statuses that the description leaves out. */
  error: Schema;
}

const media = z.record(z.string(), z.looseObject({ schema: z.record(z.string(), z.unknown()).optional() }));
const operation = z.looseObject({
  requestBody: z.object({ content: media }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: media.optional() })),
});
/** The part of an OpenAPI 3 description that the check reads. */
const description = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** What one provider's API description says of requests and answers. */
export class ApiSchemas {
  private constructor(
    private readonly described: z.infer<typeof description>,
    private readonly rules: ApiRules,
    private readonly strict: Ajv2020,
    /** Fields of forms are text, whatever they mean. */
    private readonly lenient: Ajv2020,
  ) {}

  static async of(document: unknown, rules: ApiRules): Promise<ApiSchemas> {
    // Loaded here, because the fakes beside it are used where development dependencies are missing.
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    const described = description.parse(nullableAsType(document));
    // Formats (`unixtime`, `binary`) and the keywords beginning with x- are annotations of OpenAPI.
    const options = { strict: false, validateFormats: false, allErrors: true } as const;
    const made = [new Ajv2020(options), new Ajv2020({ ...options, coerceTypes: true })] as const;
    for (const ajv of made) ajv.addSchema({ ...described, $id: 'description' });
    return new ApiSchemas(described, rules, ...made);
  }

  /** The described path of an exchange, e.g. `/predictions/{prediction_id}`; a path without variables goes first. */
  templateOf({ method, path }: Pick<FakeExchange, 'method' | 'path'>): string | undefined {
    const fitting = Object.keys(this.described.paths).filter((template) => {
      const pattern = template.replaceAll(/[.]/g, '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+');
      return new RegExp(`^${pattern}$`).test(path) && this.described.paths[template]?.[method.toLowerCase()];
    });
    return fitting.sort((a, b) => a.split('{').length - b.split('{').length)[0];
  }

  requestFaults(exchange: FakeExchange): string[] {
    const { method, path, requestBody, requestContentType } = exchange;
    const found = this.operation(exchange);
    if (!found) return [`${method} ${path} is not described`];
    if (!found.requestBody) return requestBody === undefined ? [] : ['request: a body where none is described'];
    const { schema } = found.requestBody.content[requestContentType] ?? {};
    if (!schema) return [`request: ${requestContentType || 'a missing body'} is not described`];
    const value = withoutFiles(requestBody);
    const ajv = requestContentType === 'application/json' ? this.strict : this.lenient;
    return [
      ...this.mismatches(ajv, schema, value, 'request'),
      ...this.undescribed(schema, value).map((name) => `request: ${name} is not described`),
    ];
  }

  answerFaults(exchange: FakeExchange): string[] {
    const { status, contentType, answerBody } = exchange;
    const found = this.operation(exchange);
    if (!found) return [];
    const label = `answer ${status}`;
    const content = found.responses[String(status)]?.content;
    const type = contentType.replace(/;.*/, '');
    const schema = content?.[type]?.schema;
    if (type.endsWith('json') && (schema || status >= 400)) {
      const form = anyForm(schema ?? this.rules.error);
      return this.mismatches(this.strict, form, JSON.parse(answerBody.toString('utf8')), label);
    }
    const isFile = type.startsWith('audio/') && Object.keys(content ?? {}).some(isFileType);
    return isFile && answerBody.length > 0 ? [] : [`${label}: ${contentType} is not described`];
  }

  private operation(exchange: FakeExchange): z.infer<typeof operation> | undefined {
    const template = this.templateOf(exchange);
    const found = template && this.described.paths[template]?.[exchange.method.toLowerCase()];
    return found ? operation.parse(found) : undefined;
  }

  private mismatches(ajv: Ajv2020, schema: Schema, value: unknown, label: string): string[] {
    const validate = compile(ajv, schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${label}: ${error.instancePath || 'body'} ${error.message}`);
  }

  /** Fields of a request that its schema does not name: the provider would refuse or ignore them. */
  private undescribed(schema: Schema, value: unknown): string[] {
    const named = this.propertiesOf(schema);
    if (named.size === 0 || typeof value !== 'object' || value === null) return [];
    return Object.keys(value).filter((name) => !named.has(name));
  }

  private propertiesOf(schema: unknown): Set<string> {
    if (typeof schema !== 'object' || schema === null) return new Set();
    const { $ref, properties, allOf, anyOf, oneOf } = schema as Record<string, unknown>;
    const target = typeof $ref === 'string' ? this.strict.getSchema(`description${$ref}`)?.schema : undefined;
    const parts = [target, allOf, anyOf, oneOf].flat().flatMap((part) => [...this.propertiesOf(part)]);
    return new Set([...Object.keys((properties as object | undefined) ?? {}), ...parts]);
  }
}

/** A richer form of an answer (`verbose_json`) fits the plain one's schema as well, which a `oneOf` of them would refuse. */
function anyForm({ oneOf, ...schema }: Record<string, unknown>): Schema {
  return oneOf === undefined ? schema : { ...schema, anyOf: oneOf };
}

/** References are relative to the whole description. */
function compile(ajv: Ajv2020, schema: Schema): ValidateFunction {
  const rooted: unknown = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"description#/'));
  return ajv.compile(rooted as Schema);
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema has the type `null`. */
function nullableAsType(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(nullableAsType);
  if (typeof node !== 'object' || node === null) return node;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, nullableAsType(value)]),
  );
  if (copy['nullable'] !== true || typeof copy['type'] !== 'string') return copy;
  return {
    ...copy,
    type: [copy['type'], 'null'],
    ...(Array.isArray(copy['enum']) && { enum: [...(copy['enum'] as unknown[]), null] }),
  };
}

/** Files of a form are described as text of the format `binary`. */
function withoutFiles(body: unknown): unknown {
  if (isFakeUpload(body)) return '';
  if (Array.isArray(body)) return body.map(withoutFiles);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, withoutFiles(value)]));
}

function isFileType(type: string): boolean {
  return type === 'application/octet-stream' || type.startsWith('audio/');
}
