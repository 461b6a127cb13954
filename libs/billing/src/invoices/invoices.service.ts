import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, InjectDb, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import { nextPageOf, type Tenant } from '#core/http';
import { BillingProfilesRepository } from '../profile/billing-profiles.repository.js';
import { type Invoice, invoiceNumber } from './invoice.js';
import { type InvoiceLocale, toInvoiceLocale } from './invoice-texts.js';
import { type InvoiceDto, type InvoicePageDto, type ListInvoicesQuery, toInvoiceDto } from './invoices.dto.js';
import { InvoicesRepository } from './invoices.repository.js';

/** What an organization was billed. */
@Injectable()
export class InvoicesService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly config: AppConfig,
    private readonly invoices: InvoicesRepository,
    private readonly profiles: BillingProfilesRepository,
  ) {}

  /** Issued invoices and credit notes, newest first. */
  async list(tenant: Tenant, query: ListInvoicesQuery): Promise<InvoicePageDto> {
    const limit = query.limit ?? 50;
    const locale = await this.localeOf(tenant.organization.id);
    const page = await withTenant(this.db, tenant.claims, (trx) =>
      this.invoices.list(trx, tenant.organization.id, { limit, before: query.before, status: query.status }),
    );
    return {
      data: page.map((invoice) => toInvoiceDto(invoice, locale)),
      nextBefore: nextPageOf(page, limit),
    };
  }

  /** @throws NotFound, for another organization's too */
  async get(tenant: Tenant, invoiceId: string): Promise<InvoiceDto> {
    return toInvoiceDto(await this.find(tenant, invoiceId), await this.localeOf(tenant.organization.id));
  }

  /**
   * The PDF, to be streamed, and its file name.
   * @throws NotFound
   */
  async pdf(
    tenant: Tenant,
    invoiceId: string,
    locale?: InvoiceLocale,
  ): Promise<{ document: PDFKit.PDFDocument; fileName: string }> {
    const invoice = await this.find(tenant, invoiceId);
    const language = locale ?? toInvoiceLocale(await this.localeOf(tenant.organization.id));
    // With its fonts and their tables it takes some 10 MB, and few invoices are printed.
    const { writeInvoicePdf } = await import('./invoice-pdf.js');
    return {
      document: writeInvoicePdf(invoice, language, this.config.payments.instructions),
      fileName: `${invoice.kind === 'credit_note' ? 'credit-note' : 'invoice'}-${invoiceNumber(invoice) ?? 'draft'}.pdf`,
    };
  }

  private async find(tenant: Tenant, invoiceId: string): Promise<Invoice> {
    const invoice = await withTenant(this.db, tenant.claims, (trx) =>
      this.invoices.find(trx, tenant.organization.id, invoiceId),
    );
    if (!invoice || invoice.status === 'draft') throw NotFound();
    return invoice;
  }

  private async localeOf(organizationId: string): Promise<string> {
    return (await this.profiles.findParty(this.db, organizationId))?.locale ?? 'pt-BR';
  }
}
