import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsISO31661Alpha2,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { AppError } from '#core/errors';
import { IsDateTime } from './date-time.js';
import { createValidationPipe, OptionalField } from './validation.js';

class Address {
  @IsString()
  @MaxLength(10)
  street: string;
}

class Order {
  @Length(1, 10)
  @Matches(/^\P{Cc}*$/u, { message: 'must not contain control characters' })
  name: string;

  @OptionalField()
  @IsInt()
  @Min(1)
  @Max(5)
  count?: number;

  @OptionalField()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsString({ each: true })
  scopes?: string[];

  @OptionalField()
  @IsArray()
  @Matches(/^[a-z.]+$/, { each: true, message: 'must be domains, e.g. example.com' })
  domains?: string[];

  @OptionalField()
  @IsISO31661Alpha2()
  country?: string;

  @OptionalField()
  @IsDateTime()
  until?: string;

  @OptionalField()
  @IsIn(['a', 'b: c'])
  kind?: string;

  @OptionalField()
  @IsUUID()
  id?: string;

  @OptionalField()
  @IsDateTime()
  from?: string;

  @OptionalField()
  @ValidateNested()
  @Type(() => Address)
  address?: Address;
}

async function faultsOf(value: unknown): Promise<string[]> {
  try {
    await createValidationPipe().transform(value, { type: 'body', metatype: Order });
    return [];
  } catch (error) {
    return ((error as AppError).details.errors ?? []).map(
      ({ pointer, code, message }) => `${pointer} ${code}: ${message}`,
    );
  }
}

describe('a field of a request', () => {
  it.each([
    ['that is missing is told to be missing, and nothing else', {}, ['/name required: is missing']],
    [
      'that nobody knows is told to be none',
      { name: 'x', plan: 'pro' },
      ['/plan unknown_field: is not a field of this request'],
    ],
    ['that should be text and is not is told so once', { name: 7 }, ['/name is_string: must be text']],
    ['that is null is told what it must be', { name: null }, ['/name is_string: must be text']],
    ['that is empty is told how long it must be', { name: '' }, ['/name is_length: must have at least 1 character']],
    [
      'that is too long is told how long it may be',
      { name: 'x'.repeat(11) },
      ['/name is_length: must have at most 10 characters'],
    ],
    [
      'tells a rule of its own in its own words',
      { name: 'a\u0007' },
      ['/name matches: must not contain control characters'],
    ],
    [
      'that should be a number and is not is told so once',
      { name: 'x', count: 'many' },
      ['/count is_int: must be a whole number'],
    ],
    ['that is too small or too large is told the bound', { name: 'x', count: 9 }, ['/count max: must be at most 5']],
    [
      'that should be a list and is not is told so once',
      { name: 'x', scopes: 'a' },
      ['/scopes is_array: must be a list'],
    ],
    [
      'that is a list with wrong elements is told of each',
      { name: 'x', scopes: [1, 2] },
      ['/scopes is_string: each must be text'],
    ],
    [
      'that is a list with doubles is told so',
      { name: 'x', scopes: ['a', 'a'] },
      ['/scopes array_unique: must not name anything twice'],
    ],
    [
      'that is an empty list is told how many it needs',
      { name: 'x', scopes: [] },
      ['/scopes array_min_size: must have at least 1 of them'],
    ],
    [
      'that should be a country says what one looks like',
      { name: 'x', country: 'Brazil' },
      ['/country country_code: must be a country of two letters, e.g. BR'],
    ],
    ['that should be a choice names the choices', { name: 'x', kind: 'z' }, ['/kind is_in: must be one of a, b: c']],
    [
      'that is a list of texts of the wrong form says which form',
      { name: 'x', domains: ['*.com'] },
      ['/domains matches: must be domains, e.g. example.com'],
    ],
    ['that is a list of something else says so', { name: 'x', domains: [1] }, ['/domains is_string: must be text']],
    [
      'that should be a time with its zone says so',
      { name: 'x', until: '2026-13-01' },
      ['/until is_rfc3339: must be a time with its zone, e.g. 2026-11-22T10:00:00Z'],
    ],
    [
      'that should be an id or a time says so',
      { name: 'x', id: '1', from: 'now' },
      ['/id is_uuid: must be a UUID', '/from is_rfc3339: must be a time with its zone, e.g. 2026-11-22T10:00:00Z'],
    ],
    ['within another one is told with its place', { name: 'x', address: {} }, ['/address/street required: is missing']],
    [
      'that should be an object and is not is told so',
      { name: 'x', address: 'Rua' },
      ['/address nested_validation: must be an object'],
    ],
  ])('%s', async (_what, body, expected) => {
    expect(await faultsOf(body)).toEqual(expected);
  });

  it('that fits is let through', async () => {
    expect(
      await faultsOf({ name: 'x', count: 3, scopes: ['a'], country: 'BR', kind: 'a', address: { street: 'x' } }),
    ).toEqual([]);
  });
});
