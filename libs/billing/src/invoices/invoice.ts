import { z } from 'zod';
import type { AppConfig } from '#core/config';
import type { Currency } from '../money.js';

export const INVOICE_PURPOSES = ['subscription', 'upgrade', 'renewal', 'top_up', 'auto_top_up'] as const;
/** What is given once the invoice is paid. */
export type InvoicePurpose = (typeof INVOICE_PURPOSES)[number];
/** Everything that a newer decision about the plan replaces. */
export const PLAN_PURPOSES: InvoicePurpose[] = ['subscription', 'upgrade', 'renewal'];
/** What somebody ordered, and what nothing else ends when it is not paid. */
export const ORDER_PURPOSES: InvoicePurpose[] = ['subscription', 'top_up', 'auto_top_up'];
export const INVOICE_STATUSES = ['draft', 'open', 'paid', 'void'] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

/** Who collects the money of an invoice. */
export type DriverName = 'manual' | 'stripe';

/** What a line says, in terms that can be written in any language. */
const lineAbout = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plan'), plan: z.string() }),
  z.object({ kind: z.literal('upgrade'), from: z.string(), to: z.string() }),
  z.object({ kind: z.literal('credits'), credits: z.string() }),
  z.object({ kind: z.literal('refund'), invoice: z.string() }),
]);
export type LineAbout = z.output<typeof lineAbout>;

const storedLine = z.object({
  description: z.string(),
  about: lineAbout.optional(),
  quantity: z.int(),
  unit_cents: z.int(),
  total_cents: z.int(),
});

export interface InvoiceLine {
  /** In the language of the organization when it was issued. */
  description: string;
  about?: LineAbout;
  quantity: number;
  unitCents: bigint;
  totalCents: bigint;
}

/** A party as it was when the invoice was issued; fields that are not known are missing. */
export interface InvoiceParty {
  name: string;
  taxIdKind?: string;
  taxId?: string;
  email?: string;
  /** Lines to be printed one below the other. */
  addressLines: string[];
}

/** A stored invoice. Money is cents; once issued it never changes but for its payment state. */
export interface Invoice {
  id: string;
  organizationId: string;
  kind: 'invoice' | 'credit_note';
  series: string;
  number: bigint | null;
  status: InvoiceStatus;
  purpose: InvoicePurpose | null;
  plan: string | null;
  packId: string | null;
  credits: bigint | null;
  currency: Currency;
  subtotalCents: bigint;
  taxCents: bigint;
  totalCents: bigint;
  lines: InvoiceLine[];
  customer: InvoiceParty;
  issuer: InvoiceParty;
  creditNoteOf: string | null;
  subscriptionId: string | null;
  periodStart: Date | null;
  periodEnd: Date | null;
  dueAt: Date | null;
  issuedAt: Date | null;
  paidAt: Date | null;
  voidedAt: Date | null;
  driver: DriverName;
  /** The checkout at the payment service, if one was opened. Of a void invoice: null once its page is closed. */
  externalId: string | null;
  createdAt: Date;
}

/** `A-000042`: series and number, as printed; undefined for a draft. */
export function invoiceNumber({ series, number }: Pick<Invoice, 'series' | 'number'>): string | undefined {
  return number === null ? undefined : `${series}-${number.toString().padStart(6, '0')}`;
}

/** Reads the lines as they are stored. */
export function readLines(stored: unknown): InvoiceLine[] {
  return z
    .array(storedLine)
    .parse(stored)
    .map((line) => ({
      description: line.description,
      about: line.about,
      quantity: line.quantity,
      unitCents: BigInt(line.unit_cents),
      totalCents: BigInt(line.total_cents),
    }));
}

/** The stored form; JSON numbers hold cents exactly up to 90 trillion in either currency. */
export function writeLines(lines: InvoiceLine[]): object[] {
  return lines.map((line) => ({
    description: line.description,
    about: line.about,
    quantity: line.quantity,
    unit_cents: Number(line.unitCents),
    total_cents: Number(line.totalCents),
  }));
}

const text = z.string().trim().min(1).optional().catch(undefined);
const storedParty = z.object({
  legal_name: text,
  tax_id_kind: text,
  tax_id: text,
  email: text,
  address: z.record(z.string(), z.unknown()).catch({}),
});

/** Reads a party as `private.issue_invoice()` froze it. */
export function readParty(stored: unknown): InvoiceParty {
  const party = storedParty.parse(stored);
  const part = (name: string): string => (typeof party.address[name] === 'string' ? party.address[name].trim() : '');
  const join = (separator: string, ...parts: string[]): string => parts.filter(Boolean).join(separator);
  return {
    name: party.legal_name ?? '',
    taxIdKind: party.tax_id_kind,
    taxId: party.tax_id,
    email: party.email,
    addressLines: [
      part('text'),
      join(', ', part('street'), part('number'), part('complement')),
      part('district'),
      join(' – ', part('city'), part('state')),
      join(' · ', part('postalCode'), part('country')),
    ].filter(Boolean),
  };
}

/** The stored form of who issues, from the configuration. */
export function issuerOf(issuer: AppConfig['payments']['issuer']): object {
  return {
    legal_name: issuer.name,
    tax_id: issuer.taxId,
    email: issuer.email,
    address: issuer.address ? { text: issuer.address } : {},
  };
}
