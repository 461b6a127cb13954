import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { isEmail, ValidateBy } from 'class-validator';

const MAX_LENGTH = 254;

/**
 * The one form of an address that is stored and compared: small letters, no surrounding blanks. Only ASCII passes:
 * letters of other scripts look alike, and two people must not get accounts whose addresses nobody can tell apart.
 * A domain in another script is written in its ASCII form (`xn--…`).
 */
export function isPlainEmail(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.length <= MAX_LENGTH &&
    /^[\x21-\x7e]+$/.test(value) &&
    isEmail(value, { allow_utf8_local_part: false })
  );
}

/** A DTO field that is an e-mail address; arrives in its one form. */
export function IsEmailAddress(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim().toLowerCase() : value)),
    ValidateBy({
      name: 'isEmailAddress',
      validator: {
        validate: isPlainEmail,
        defaultMessage: () => 'must be an e-mail address in plain ASCII letters, at most 254 characters',
      },
    }),
  );
}
