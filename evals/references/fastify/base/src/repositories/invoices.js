import { Repository, refuseDuplicate } from './repository.js';

const DETAILS = [
  {
    association: 'appointment',
    attributes: ['id'],
    include: [
      { association: 'patient', attributes: ['id', 'name'], paranoid: false },
      { association: 'treatments', separate: true, order: ['id'] },
    ],
  },
  { association: 'payments', separate: true, order: ['id'] },
];

export class InvoiceRepository extends Repository {
  constructor({ Invoice }, transaction) {
    super(Invoice, transaction);
  }

  create(invoice) {
    const created = this.model.create(invoice, { transaction: this.transaction });
    return refuseDuplicate(created, 'already_invoiced', 'The appointment has an invoice.');
  }

  read(id) {
    return this.model.findByPk(id, { include: DETAILS, transaction: this.transaction });
  }
}
