import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import PDFDocument from 'pdfkit';
import { formatMoney } from '../money.js';
import { type Invoice, invoiceNumber, type InvoiceParty } from './invoice.js';
import { formatTaxId, INVOICE_WORDS, type InvoiceLocale, textOfLine } from './invoice-texts.js';

const FONTS = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/manrope/package.json'));
const font = (weight: string): string => join(FONTS, weight, `Manrope_${weight}.ttf`);

const INK = '#12141c';
const SOFT = '#5c6272';
const FAINT = '#e4e6ec';
const WASH = '#f5f6f9';
const ACCENT = '#4b3df0';
const STATUS_COLORS = { draft: SOFT, open: '#b45309', paid: '#0f7a4b', void: '#b3261e' };

/** A4 in points. */
const PAGE = { width: 595.28, height: 841.89 };
const MARGIN = 56;
const WIDTH = PAGE.width - 2 * MARGIN;
const FOOTER_TOP = PAGE.height - 84;
const COLUMNS = {
  description: { x: MARGIN + 12, width: 244 },
  quantity: { x: MARGIN + 264, width: 36 },
  unit: { x: MARGIN + 304, width: 82 },
  amount: { x: MARGIN + 390, width: WIDTH - 390 - 12 },
};
/** Digits of one width, so that columns of figures stand in line. */
const FIGURES: PDFKit.Mixins.TextOptions = { features: ['tnum'], lineBreak: false };

/**
 * Writes an invoice or credit note as PDF: read the result as a stream. The fonts are embedded
 * (Manrope: Latin, Greek, Cyrillic and Vietnamese letters); nothing is fetched.
 * @param instructions how to pay, printed while it is open
 */
export function writeInvoicePdf(invoice: Invoice, locale: InvoiceLocale, instructions?: string): PDFKit.PDFDocument {
  const sheet = new InvoiceSheet(invoice, locale);
  sheet.header();
  sheet.parties();
  sheet.lines();
  sheet.totals();
  if (invoice.status === 'open' && instructions) sheet.note(sheet.words.howToPay, instructions);
  sheet.finish();
  return sheet.document;
}

class InvoiceSheet {
  readonly document: PDFKit.PDFDocument;
  readonly words: (typeof INVOICE_WORDS)[InvoiceLocale];
  private y = MARGIN;

  constructor(
    private readonly invoice: Invoice,
    private readonly locale: InvoiceLocale,
  ) {
    this.words = INVOICE_WORDS[locale];
    this.document = new PDFDocument({
      size: 'A4',
      margin: 0,
      bufferPages: true,
      font: font('400Regular'),
      lang: locale,
      displayTitle: true,
      info: {
        Title: `${this.title} ${this.numberText}`,
        Author: invoice.issuer.name,
        CreationDate: invoice.issuedAt ?? invoice.createdAt,
      },
    });
    this.document.registerFont('regular', font('400Regular'));
    this.document.registerFont('medium', font('600SemiBold'));
    this.document.registerFont('bold', font('800ExtraBold'));
  }

  /** What it is, its number, its state, its dates. */
  header(): void {
    const { invoice, document, words } = this;
    document.rect(0, 0, PAGE.width, 6).fill(ACCENT);
    this.write(invoice.issuer.name, MARGIN, this.y, { font: 'bold', size: 15, width: 280 });
    this.write(this.title, MARGIN, this.y - 4, { font: 'bold', size: 22, width: WIDTH, align: 'right' });
    this.write(this.numberText, MARGIN, this.y + 26, {
      font: 'medium',
      size: 11,
      color: SOFT,
      width: WIDTH,
      align: 'right',
      features: ['tnum'],
    });
    this.badge(MARGIN + WIDTH, this.y + 48);
    const facts: [string, string][] = [[words.issued, this.date(invoice.issuedAt ?? invoice.createdAt)]];
    if (invoice.kind === 'invoice') {
      if (invoice.dueAt) facts.push([words.due, this.date(invoice.dueAt)]);
      if (invoice.paidAt) facts.push([words.paidOn, this.date(invoice.paidAt)]);
      if (invoice.voidedAt) facts.push([words.voidedOn, this.date(invoice.voidedAt)]);
    }
    if (invoice.periodStart && invoice.periodEnd) {
      facts.push([words.period, `${this.date(invoice.periodStart)} – ${this.date(invoice.periodEnd)}`]);
    }
    this.y += 92;
    let x = MARGIN;
    for (const [label, value] of facts) {
      this.write(label, x, this.y, { size: 8, color: SOFT, width: 220 });
      this.write(value, x, this.y + 13, { font: 'medium', size: 10, width: 220 });
      x += Math.max(document.widthOfString(value), document.widthOfString(label)) + 34;
    }
    this.y += 50;
  }

  /** Who sells and who buys, side by side. */
  parties(): void {
    const { invoice, words } = this;
    const half = (WIDTH - 24) / 2;
    const left = this.party(words.from, invoice.issuer, MARGIN, half);
    const right = this.party(words.to, invoice.customer, MARGIN + half + 24, half);
    this.y = Math.max(left, right) + 30;
  }

  /** The table; it goes on over as many pages as it needs, with its head on each. */
  lines(): void {
    this.tableHead();
    for (const line of this.invoice.lines) {
      const text = textOfLine(line, this.locale);
      this.document.font('regular').fontSize(10);
      const height = this.document.heightOfString(text, { width: COLUMNS.description.width, lineGap: 2 }) + 18;
      if (this.y + height > FOOTER_TOP) {
        this.newPage();
        this.tableHead();
      }
      this.write(text, COLUMNS.description.x, this.y + 9, { size: 10, width: COLUMNS.description.width, lineGap: 2 });
      this.figure(new Intl.NumberFormat(this.locale).format(line.quantity), COLUMNS.quantity, this.y + 9);
      this.figure(this.money(line.unitCents), COLUMNS.unit, this.y + 9);
      this.figure(this.money(line.totalCents), COLUMNS.amount, this.y + 9, { font: 'medium' });
      this.y += height;
      this.rule(this.y);
    }
  }

  totals(): void {
    const { invoice, words } = this;
    const { subtotalCents, taxCents, totalCents } = invoice;
    const needed = taxCents > 0n ? 110 : 76;
    if (this.y + needed > FOOTER_TOP) this.newPage();
    this.y += 14;
    const label = { x: MARGIN + 230, width: 150 };
    const line = (name: string, cents: bigint): void => {
      this.write(name, label.x, this.y, { size: 10, color: SOFT, width: label.width, align: 'right' });
      this.figure(this.money(cents), COLUMNS.amount, this.y);
      this.y += 20;
    };
    if (taxCents > 0n) {
      line(words.subtotal, subtotalCents);
      line(words.tax, taxCents);
    }
    this.document.roundedRect(MARGIN + 220, this.y - 2, WIDTH - 220, 38, 6).fill(WASH);
    const name = invoice.kind === 'credit_note' ? words.returned : words.total;
    this.write(name, MARGIN + 236, this.y + 10, { font: 'medium', size: 11, width: 120 });
    const total = { x: MARGIN + 340, width: WIDTH - 340 - 12 };
    this.figure(this.money(totalCents), total, this.y + 6, { font: 'bold', size: 15 });
    this.y += 60;
    if (invoice.kind === 'credit_note') this.note(undefined, words.refersTo);
  }

  /** A paragraph across the page, e.g. how to pay. */
  note(title: string | undefined, text: string): void {
    this.document.font('regular').fontSize(9.5);
    const height = this.document.heightOfString(text, { width: WIDTH, lineGap: 3 }) + (title ? 18 : 0);
    if (this.y + height > FOOTER_TOP) this.newPage();
    if (title) this.write(title, MARGIN, this.y, { font: 'medium', size: 10, width: WIDTH });
    this.write(text, MARGIN, this.y + (title ? 18 : 0), { size: 9.5, color: SOFT, width: WIDTH, lineGap: 3 });
    this.y += height + 16;
  }

  /** The foot of every page, once their number is known, and the end of the document. */
  finish(): void {
    const { count } = this.document.bufferedPageRange();
    for (let page = 0; page < count; page++) {
      this.document.switchToPage(page);
      this.rule(FOOTER_TOP + 14);
      this.write(this.words.notNfse, MARGIN, FOOTER_TOP + 24, {
        size: 7.5,
        color: SOFT,
        width: WIDTH - 120,
        lineGap: 2,
      });
      this.write(this.words.page(page + 1, count), MARGIN, FOOTER_TOP + 24, {
        size: 7.5,
        color: SOFT,
        width: WIDTH,
        align: 'right',
        ...FIGURES,
      });
    }
    this.document.end();
  }

  private party(label: string, party: InvoiceParty, x: number, width: number): number {
    let y = this.y;
    const line = (text: string | undefined, style: Style, after = 4): void => {
      if (!text) return;
      this.write(text, x, y, { width, lineGap: 2, ...style });
      y = this.document.y + after;
    };
    line(label, { size: 8, color: SOFT }, 5);
    line(party.name, { font: 'medium', size: 11 });
    line(formatTaxId(party.taxIdKind, party.taxId), { size: 9.5 });
    for (const text of party.addressLines) line(text, { size: 9.5, color: SOFT }, 2);
    line(party.email, { size: 9.5, color: SOFT }, 0);
    return y;
  }

  private badge(right: number, y: number): void {
    const { kind, status } = this.invoice;
    const text = kind === 'credit_note' && status === 'paid' ? this.words.creditNotePaid : this.words.status[status];
    this.document.font('medium').fontSize(9);
    const width = this.document.widthOfString(text) + 20;
    this.document.roundedRect(right - width, y, width, 20, 10).fill(STATUS_COLORS[status]);
    this.write(text, right - width, y + 4, { font: 'medium', size: 9, color: '#ffffff', width, align: 'center' });
  }

  private tableHead(): void {
    this.document.roundedRect(MARGIN, this.y, WIDTH, 24, 4).fill(WASH);
    const y = this.y + 7;
    const head = (text: string, { x, width }: { x: number; width: number }, align: 'left' | 'right'): void =>
      this.write(text, x, y, { font: 'medium', size: 8, color: SOFT, width, align, lineBreak: false });
    head(this.words.description, COLUMNS.description, 'left');
    head(this.words.quantity, COLUMNS.quantity, 'right');
    head(this.words.unitPrice, COLUMNS.unit, 'right');
    head(this.words.amount, COLUMNS.amount, 'right');
    this.y += 28;
  }

  private newPage(): void {
    this.document.addPage({ size: 'A4', margin: 0 });
    this.document.rect(0, 0, PAGE.width, 6).fill(ACCENT);
    this.write(`${this.title} ${this.numberText}`, MARGIN, 34, { font: 'medium', size: 9, color: SOFT, width: WIDTH });
    this.y = 62;
  }

  /** A figure is never broken over two lines: one that is too long is written smaller. */
  private figure(
    text: string,
    { x, width }: { x: number; width: number },
    y: number,
    { font: name = 'regular', size = 10 }: Pick<Style, 'font' | 'size'> = {},
  ): void {
    const needed = this.document.font(name).fontSize(size).widthOfString(text, FIGURES);
    const fitting = Math.min(size, (size * (width - 1)) / needed);
    this.write(text, x, y + (size - fitting) / 2, { font: name, size: fitting, width, align: 'right', ...FIGURES });
  }

  private write(text: string, x: number, y: number, { font: name, size, color, ...options }: Style): void {
    this.document
      .font(name ?? 'regular')
      .fontSize(size ?? 10)
      .fillColor(color ?? INK)
      .text(text, x, y, options);
  }

  private rule(y: number): void {
    this.document
      .moveTo(MARGIN, y)
      .lineTo(MARGIN + WIDTH, y)
      .lineWidth(0.7)
      .strokeColor(FAINT)
      .stroke();
  }

  private money(cents: bigint): string {
    return formatMoney(cents, this.invoice.currency, this.locale);
  }

  private date(moment: Date): string {
    const month = this.locale === 'en' ? 'short' : '2-digit';
    const parts = { day: '2-digit', month, year: 'numeric', timeZone: 'America/Sao_Paulo' } as const;
    return new Intl.DateTimeFormat(this.locale, parts).format(moment);
  }

  private get title(): string {
    return this.invoice.kind === 'credit_note' ? this.words.creditNote : this.words.invoice;
  }

  private get numberText(): string {
    return invoiceNumber(this.invoice) ?? this.words.draft;
  }
}

type Style = PDFKit.Mixins.TextOptions & { font?: 'regular' | 'medium' | 'bold'; size?: number; color?: string };
