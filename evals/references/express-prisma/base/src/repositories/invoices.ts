import { Prisma } from '../generated/prisma/client.js';
import { invoiceDetails, type Invoice, type InvoiceRow } from '../models/invoice.js';
import { Repository, refuseDuplicate } from './repository.js';

const TABLE = Prisma.sql`invoices`;

export class InvoiceRepository extends Repository {
  create(invoice: Omit<InvoiceRow, 'id'>): Promise<Invoice> {
    const created = this.db.invoice.create({ data: invoice, include: invoiceDetails });
    return refuseDuplicate(created, 'invoices_appointment', 'already_invoiced', 'The appointment has an invoice.');
  }

  read(id: number): Promise<Invoice | null> {
    return this.db.invoice.findUnique({ where: { id }, include: invoiceDetails });
  }

  async existsFor(appointmentId: number): Promise<boolean> {
    return (await this.db.invoice.count({ where: { appointmentId } })) > 0;
  }

  async lock(id: number): Promise<InvoiceRow | null> {
    return (await this.lockRow(TABLE, id)) ? this.db.invoice.findUnique({ where: { id } }) : null;
  }
}
