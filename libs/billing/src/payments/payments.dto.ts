import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, IsUUID, Length, Matches, Min } from 'class-validator';
import { NextPage, OptionalField, PageLimit, PageStart } from '#core/http';
import { CURRENCIES } from '../money.js';

/** Money that came, was tried, or went back. Cents. */
export class PaymentDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  invoiceId: string | null;

  @ApiProperty({ enum: ['manual', 'stripe'], enumName: 'PaymentDriver' })
  driver: string;

  @ApiProperty({ nullable: true, type: String, example: 'pix' })
  method: string | null;

  @ApiProperty({ enum: ['pending', 'succeeded', 'failed', 'refunded', 'disputed'], enumName: 'PaymentStatus' })
  status: string;

  @ApiProperty({ enum: CURRENCIES, enumName: 'Currency' })
  currency: string;

  @ApiProperty()
  amountCents: number;

  @ApiProperty()
  refundedCents: number;

  @ApiProperty({ nullable: true, type: String })
  failureReason: string | null;

  @ApiProperty()
  createdAt: Date;
}

export class PaymentPageDto {
  @ApiProperty({ type: [PaymentDto] })
  data: PaymentDto[];

  @NextPage('before')
  nextBefore: string | null;
}

export class ListPaymentsQuery {
  @PageLimit(50, 200)
  limit?: number;

  @PageStart('Only payments before this one')
  before?: string;
}

/** A payment, as operators find it. */
export class OperatorPaymentDto extends PaymentDto {
  @ApiProperty({ format: 'uuid' })
  organizationId: string;
}

export class OperatorPaymentPageDto {
  @ApiProperty({ type: [OperatorPaymentDto] })
  data: OperatorPaymentDto[];

  @NextPage('before')
  nextBefore: string | null;
}

/** Which payments. All conditions must be met. */
export class ListOrganizationsPaymentsQuery extends ListPaymentsQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only payments of this organization' })
  @OptionalField()
  @IsUUID()
  organizationId?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only payments for this invoice' })
  @OptionalField()
  @IsUUID()
  invoiceId?: string;
}

export class PaymentMethodDto {
  @ApiProperty()
  id: string;

  @ApiProperty({ example: 'visa' })
  brand: string;

  @ApiProperty({ example: '4242' })
  last4: string;

  @ApiProperty()
  expiryMonth: number;

  @ApiProperty()
  expiryYear: number;

  @ApiProperty({ description: 'Charged for renewals and automatic top-ups' })
  isDefault: boolean;
}

export class PaymentMethodListDto {
  @ApiProperty({ type: [PaymentMethodDto], description: 'Empty without a payment service, too' })
  data: PaymentMethodDto[];
}

export class PortalDto {
  @ApiProperty({ nullable: true, type: String, description: 'Where cards are managed; null: there is no such page' })
  url: string | null;
}

/** How an invoice was paid, as an operator found it. */
export class MarkPaidDto {
  @ApiProperty({ example: 'bank_transfer' })
  @Matches(/^[a-z][a-z0-9_]{1,39}$/, { message: 'must be small letters, digits and _, e.g. pix or bank_transfer' })
  method: string;

  @ApiPropertyOptional({ description: 'What the bank statement says' })
  @OptionalField()
  @IsString()
  @Length(1, 200)
  reference?: string;
}

export class RefundDto {
  @ApiPropertyOptional({ minimum: 1, description: 'Cents; left out: all that has not been returned' })
  @OptionalField()
  @IsInt()
  @Min(1)
  amountCents?: number;
}
