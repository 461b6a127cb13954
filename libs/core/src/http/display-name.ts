import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Length, ValidateBy } from 'class-validator';

const MAX_LENGTH = 120;
/** What shows nothing, or changes how the text around it shows: control and format characters, fillers, private use. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Joins emoji, or chooses their form: hidden, but part of what people see. */
const WITHIN_EMOJI =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F)(?:\u200D|\uFE0F)|(?<=[0-9#*])\uFE0F(?=\u20E3)/gu;
const VISIBLE = /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
/** No script needs more marks on one letter; more of them reach into the lines above and below. */
const PILED_MARKS = /\p{M}{5,}/u;
const LONE_MARK = /(?:^|[\p{Z}\p{P}])\p{M}/u;
const ADDRESS = /:\/\/|\bwww\./iu;

/** Whether a text can stand in a list or a mail as what somebody or something is called. It is NFC and trimmed. */
export function isDisplayName(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const plain = value.replace(WITHIN_EMOJI, '');
  return (
    VISIBLE.test(plain) &&
    !HIDDEN.test(plain) &&
    !PILED_MARKS.test(plain) &&
    !LONE_MARK.test(plain) &&
    !ADDRESS.test(plain)
  );
}

/**
 * A DTO field that is what somebody or something is called: 1 to 120 characters that are seen, in any script. Arrives
 * trimmed and in NFC, so that two names that look the same are the same.
 */
export function DisplayName(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.normalize('NFC').trim() : value)),
    Length(1, MAX_LENGTH),
    ValidateBy({
      name: 'isDisplayName',
      validator: {
        // An empty name is told about its length.
        validate: (value: unknown) => value === '' || isDisplayName(value),
        defaultMessage: () =>
          'must have a letter, digit or emoji, and no invisible characters, piled-up accents or web addresses',
      },
    }),
  );
}
