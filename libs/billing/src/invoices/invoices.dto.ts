import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID, Matches } from 'class-validator';
import { NextPage, OptionalField, PageLimit, PageStart } from '#core/http';
import { CURRENCIES } from '../money.js';
import { type Invoice, INVOICE_PURPOSES, INVOICE_STATUSES, invoiceNumber } from './invoice.js';
import { INVOICE_LOCALES, type InvoiceLocale, textOfLine } from './invoice-texts.js';

export class InvoiceLineDto {
  @ApiProperty()
  description: string;

  @ApiProperty()
  quantity: number;

  @ApiProperty()
  unitCents: number;

  @ApiProperty()
  totalCents: number;
}

/** A commercial invoice or credit note. Money is in cents. Once issued it never changes but for its payment state. */
export class InvoiceDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({
    nullable: true,
    type: String,
    example: 'A-000042',
    description: 'Counts without gaps per organization',
  })
  number: string | null;

  @ApiProperty({ enum: ['invoice', 'credit_note'], enumName: 'InvoiceKind' })
  kind: string;

  @ApiProperty({ enum: INVOICE_STATUSES, enumName: 'InvoiceStatus' })
  status: string;

  @ApiProperty({ enum: INVOICE_PURPOSES, enumName: 'InvoicePurpose', nullable: true, description: 'What it buys' })
  purpose: string | null;

  @ApiProperty({ nullable: true, type: String, description: 'The plan it pays for' })
  plan: string | null;

  @ApiProperty({ enum: CURRENCIES, enumName: 'Currency' })
  currency: string;

  @ApiProperty()
  subtotalCents: number;

  @ApiProperty()
  taxCents: number;

  @ApiProperty()
  totalCents: number;

  @ApiProperty({ type: [InvoiceLineDto] })
  lines: InvoiceLineDto[];

  @ApiProperty({ format: 'uuid', nullable: true, type: String, description: 'The invoice that a credit note is about' })
  creditNoteOf: string | null;

  @ApiProperty({ nullable: true, type: Date })
  periodStart: Date | null;

  @ApiProperty({ nullable: true, type: Date })
  periodEnd: Date | null;

  @ApiProperty({ nullable: true, type: Date })
  dueAt: Date | null;

  @ApiProperty({ nullable: true, type: Date })
  issuedAt: Date | null;

  @ApiProperty({ nullable: true, type: Date })
  paidAt: Date | null;
}

/** An open invoice, with whose it is: numbers count per organization. */
export class OpenInvoiceDto extends InvoiceDto {
  @ApiProperty({ format: 'uuid' })
  organizationId: string;

  @ApiProperty({ description: 'Whom the invoice names' })
  customerName: string;
}

export class OpenInvoicePageDto {
  @ApiProperty({ type: [OpenInvoiceDto] })
  data: OpenInvoiceDto[];

  @NextPage('after')
  nextAfter: string | null;
}

export class ListOpenInvoicesQuery {
  @PageLimit(50, 200)
  limit?: number;

  @PageStart('The last invoice of the page before: only what follows it')
  after?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only invoices of this organization' })
  @OptionalField()
  @IsUUID()
  organizationId?: string;

  @ApiPropertyOptional({
    example: 'A-000042',
    description: 'Only invoices with this number, of whichever organization',
  })
  @OptionalField()
  @Matches(/^A-[0-9]{1,9}$/, { message: 'must be the number of an invoice, e.g. A-000042' })
  number?: string;
}

export class InvoicePageDto {
  @ApiProperty({ type: [InvoiceDto] })
  data: InvoiceDto[];

  @NextPage('before')
  nextBefore: string | null;
}

export class ListInvoicesQuery {
  @PageLimit(50, 200)
  limit?: number;

  @PageStart('Only invoices before this one')
  before?: string;

  @ApiPropertyOptional({ enum: ['open', 'paid', 'void'] })
  @OptionalField()
  @IsIn(['open', 'paid', 'void'])
  status?: 'open' | 'paid' | 'void';
}

export class InvoicePdfQuery {
  @ApiPropertyOptional({ enum: INVOICE_LOCALES, description: "Left out: the organization's language" })
  @OptionalField()
  @IsIn(INVOICE_LOCALES)
  locale?: InvoiceLocale;
}

/** Where an open invoice can be paid. */
export class CheckoutDto {
  @ApiProperty({ type: InvoiceDto })
  invoice: InvoiceDto;

  @ApiProperty({ nullable: true, type: String, description: 'The payment page; null: pay as `instructions` say' })
  url: string | null;

  @ApiProperty({ nullable: true, type: Date, description: 'When the page closes; ask for another one then' })
  expiresAt: Date | null;

  @ApiProperty({ nullable: true, type: String, description: 'How to pay without a payment page' })
  instructions: string | null;
}

/** An invoice as the API shows it, its lines in the reader's language. */
export function toInvoiceDto(invoice: Invoice, locale: string): InvoiceDto {
  return {
    id: invoice.id,
    number: invoiceNumber(invoice) ?? null,
    kind: invoice.kind,
    status: invoice.status,
    purpose: invoice.purpose,
    plan: invoice.plan,
    currency: invoice.currency,
    subtotalCents: Number(invoice.subtotalCents),
    taxCents: Number(invoice.taxCents),
    totalCents: Number(invoice.totalCents),
    lines: invoice.lines.map((line) => ({
      description: textOfLine(line, locale),
      quantity: line.quantity,
      unitCents: Number(line.unitCents),
      totalCents: Number(line.totalCents),
    })),
    creditNoteOf: invoice.creditNoteOf,
    periodStart: invoice.periodStart,
    periodEnd: invoice.periodEnd,
    dueAt: invoice.dueAt,
    issuedAt: invoice.issuedAt,
    paidAt: invoice.paidAt,
  };
}
