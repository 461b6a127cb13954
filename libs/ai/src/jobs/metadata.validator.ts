import { registerDecorator } from 'class-validator';

const MAX_ENTRIES = 50;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_LENGTH = 500;

/** Accepts an object of short texts only: labels, not documents. */
export function IsFlatMetadata(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isFlatMetadata',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: isFlatMetadata,
        defaultMessage: () =>
          `must be an object of at most ${MAX_ENTRIES} texts; keys up to ${MAX_KEY_LENGTH}, values up to ${MAX_VALUE_LENGTH} characters`,
      },
    });
  };
}

function isFlatMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= MAX_ENTRIES &&
    entries.every(
      ([key, text]) => key.length <= MAX_KEY_LENGTH && typeof text === 'string' && text.length <= MAX_VALUE_LENGTH,
    )
  );
}
