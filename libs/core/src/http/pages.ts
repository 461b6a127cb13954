import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsUUID, Max, Min } from 'class-validator';
import { OptionalField } from './validation.js';

/** How much of a list a page holds: 1 to `max`, in an optional field. @param standard what is taken when it is left out */
export const PageLimit = (standard: number, max: number): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ minimum: 1, maximum: max, default: standard }),
    OptionalField(),
    Type(() => Number),
    IsInt(),
    Min(1),
    Max(max),
  );

/**
 * The id at which a page begins, in an optional field; the item itself is not on it. Pages that begin at an item instead
 * of at a number of items stay whole while others are added.
 */
export const PageStart = (description: string): PropertyDecorator =>
  applyDecorators(ApiPropertyOptional({ format: 'uuid', description }), OptionalField(), IsUUID());

/** Where the next page begins. @param parameter the one of the query that takes it */
export const NextPage = (
  parameter: 'before' | 'after',
  kind: typeof String | typeof Number = String,
): PropertyDecorator =>
  ApiProperty({
    type: kind,
    ...(kind === String ? { format: 'uuid' } : {}),
    nullable: true,
    description: `Pass as \`${parameter}\` for the next page; null: this is the last`,
  });

/** Where the next page begins: at the last item of a full one. Null: this one is not full, so it is the last. */
export function nextPageOf(page: readonly { id: string }[], limit: number): string | null {
  return page.length === limit ? (page.at(-1)?.id ?? null) : null;
}
