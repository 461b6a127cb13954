import { type DynamicModule, Module } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LoggerModule } from 'nestjs-pino';
import type { LogFn, Logger } from 'pino';
import { AppConfig } from '#core/config';

/** Where secrets travel in what is logged; replaced before a line is written. */
export const REDACTED_PATHS = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-api-key"]',
  'res.headers["set-cookie"]',
  '*.password',
  '*.token',
  '*.apiKey',
  '*.secret',
  'err.config.headers',
  'err.headers',
];

/** Where Nest tells of every module and route at the start: news for debugging only. */
const BOOT_CONTEXTS = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);
const INFO = 30;

/** Writes what Nest tells of its own start at the level `debug`. */
function quietBoot(this: Logger, args: Parameters<LogFn>, method: LogFn, level: number): void {
  const [first] = args as unknown[];
  const context = typeof first === 'object' && first !== null && 'context' in first ? first.context : undefined;
  const isBoot = level === INFO && typeof context === 'string' && BOOT_CONTEXTS.has(context);
  (isBoot ? this.debug : method).apply(this, args);
}

interface LoggedRequest {
  id: string;
  method: string;
  url: string;
  raw?: FastifyRequest['raw'] & { principal?: unknown };
}

/** Structured logs for the process, one JSON object a line (or pretty, for people), with secrets removed. */
@Module({})
export class LoggingModule {
  static forRoot(service: 'api' | 'worker'): DynamicModule {
    return {
      module: LoggingModule,
      imports: [
        LoggerModule.forRootAsync({
          inject: [AppConfig],
          useFactory: (config: AppConfig) => ({
            pinoHttp: {
              name: service,
              level: config.log.level,
              hooks: { logMethod: quietBoot },
              redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
              transport:
                config.log.format === 'pretty'
                  ? {
                      target: 'pino-pretty',
                      options: {
                        singleLine: true,
                        ignore: 'pid,hostname,name,context',
                        messageFormat: '{context}: {msg}',
                      },
                    }
                  : undefined,
              genReqId: (request: { id?: unknown }) => String(request.id),
              customLogLevel: (_request: unknown, response: { statusCode: number }, error?: Error) =>
                error || response.statusCode >= 500 ? 'error' : 'debug',
              serializers: {
                req: (request: LoggedRequest) => ({
                  id: request.id,
                  method: request.method,
                  url: withoutQuery(request.url),
                }),
                res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
              },
            },
          }),
        }),
      ],
    };
  }
}

/** Query strings hold signatures and tokens; the path is enough to find a request by its id. */
function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
