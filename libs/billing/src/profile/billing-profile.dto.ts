import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsDefined,
  IsIn,
  IsISO31661Alpha2,
  IsObject,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsEmailAddress, OptionalField } from '#core/http';
import { TAX_ID_KINDS, type TaxIdKind } from './tax-id.js';

/** A postal address. */
export class AddressDto {
  @ApiProperty({ example: 'Rua das Laranjeiras' })
  @IsString()
  @Length(1, 120)
  street: string;

  @ApiPropertyOptional({ example: '1024' })
  @OptionalField()
  @IsString()
  @MaxLength(20)
  number?: string;

  @ApiPropertyOptional({ example: 'cj. 82' })
  @OptionalField()
  @IsString()
  @MaxLength(60)
  complement?: string;

  @ApiPropertyOptional({ example: 'Laranjeiras' })
  @OptionalField()
  @IsString()
  @MaxLength(80)
  district?: string;

  @ApiProperty({ example: 'São Paulo' })
  @IsString()
  @Length(1, 80)
  city: string;

  @ApiPropertyOptional({ example: 'SP' })
  @OptionalField()
  @IsString()
  @MaxLength(40)
  state?: string;

  @ApiProperty({ example: '01310-100' })
  @IsString()
  @Length(2, 20)
  postalCode: string;

  @ApiProperty({ example: 'BR', description: 'ISO 3166-1, two letters' })
  @Matches(/^[A-Z]*$/, { message: 'must be two capital letters, e.g. BR' })
  @IsISO31661Alpha2()
  country: string;
}

/** Who the invoices are made out to. Invoices that were issued keep what they said. */
export class BillingProfileDto {
  @ApiProperty({ example: 'Estúdio Aurora Ltda', description: 'Legal name of the company or person' })
  @IsString()
  @Length(1, 200)
  @Matches(/\S/)
  legalName: string;

  @ApiPropertyOptional({ enum: TAX_ID_KINDS, enumName: 'TaxIdKind', description: 'With `taxId`' })
  @OptionalField()
  @IsIn(TAX_ID_KINDS)
  taxIdKind?: TaxIdKind;

  @ApiPropertyOptional({
    example: '12ABC34501DE35',
    description:
      'CPF, CNPJ (numeric or alphanumeric; check digits are verified) or another; answered without punctuation',
  })
  @OptionalField()
  @IsString()
  @MaxLength(60)
  taxId?: string;

  @ApiProperty({ description: 'Where invoices are sent' })
  @IsEmailAddress()
  email: string;

  @ApiProperty({ type: AddressDto })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressDto)
  address: AddressDto;
}
