import { type INestApplication, type ValidationError, ValidationPipe } from '@nestjs/common';
import { ValidateIf } from 'class-validator';
import { type FieldError, InvalidRequest } from '#core/errors';

/** Checks DTOs by their class-validator rules; unknown fields are refused, all faults are reported at once. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    stopAtFirstError: false,
    validationError: { target: false, value: false },
    exceptionFactory: (faults) =>
      InvalidRequest({ detail: 'Mend the fields listed in errors.', errors: flatten(faults) }),
  });
}

/**
 * The field may be left out, but `null` is a value like any other and must pass the rules
 * (`IsOptional` lets it through, down to a column that refuses it).
 */
export const OptionalField = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== undefined);

/** Installs what every HTTP application of the platform shares. */
export function useValidation(app: INestApplication): void {
  app.useGlobalPipes(createValidationPipe());
}

function flatten(faults: ValidationError[], parent = ''): FieldError[] {
  return faults.flatMap((fault) => {
    const pointer = `${parent}/${escapePointer(fault.property)}`;
    const own = Object.entries(fault.constraints ?? {}).map(([rule, message]) => ({
      pointer,
      code: rule === 'whitelistValidation' ? 'unknown_field' : snakeCase(rule),
      message,
    }));
    return [...own, ...flatten(fault.children ?? [], pointer)];
  });
}

/** RFC 6901 escapes. */
function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
