import { type INestApplication, ValidationPipe } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateIf } from 'class-validator';
import { InvalidRequest } from '#core/errors';
import { fieldErrorsOf } from './validation-texts.js';

/** Checks DTOs by their class-validator rules; unknown fields are refused, all faults are reported at once. */
export function createValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    stopAtFirstError: false,
    // The values tell what is missing; they are not sent.
    validationError: { target: false, value: true },
    exceptionFactory: (faults) =>
      InvalidRequest({ detail: 'Mend the fields listed in errors.', errors: fieldErrorsOf(faults) }),
  });
}

/**
 * The field may be left out, but `null` is a value like any other and must pass the rules
 * (`IsOptional` lets it through, down to a column that refuses it).
 */
export const OptionalField = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== undefined);

/** `true` and `false` of a query string. */
export const BooleanText = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));

/** Installs what every HTTP application of the platform shares. */
export function useValidation(app: INestApplication): void {
  app.useGlobalPipes(createValidationPipe());
}
