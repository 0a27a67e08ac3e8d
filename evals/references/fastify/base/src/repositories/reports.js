import { Op, cast, col, fn, literal } from 'sequelize';

/** Each invoice is one row of the query: its payments and lines are summed and counted apart, and so never multiply. */
const PAID = literal('(SELECT SUM(amount_cents) FROM payments WHERE payments.invoice_id = "Invoice"."id")');
const LINES = literal(
  '(SELECT COUNT(*) FROM treatments WHERE treatments.appointment_id = "Invoice"."appointment_id")',
);
const FIGURES = [
  [total(col('Invoice.net_cents')), 'netCents'],
  [total(col('Invoice.tax_cents')), 'taxCents'],
  [total(col('Invoice.gross_cents')), 'grossCents'],
  [total(PAID), 'paidCents'],
  [fn('COUNT', col('Invoice.id')), 'invoices'],
  [total(LINES), 'treatments'],
];

export class ReportRepository {
  constructor({ Invoice, Practitioner }, transaction, secondsOf) {
    this.invoices = Invoice;
    this.practitioners = Practitioner;
    this.transaction = transaction;
    this.secondsOf = secondsOf;
  }

  /** The figures of each UTC day that has an invoice. */
  revenueByDay(range) {
    const day = fn('DATE', col('Invoice.issued_at'));
    return this.#revenue(range, { attributes: [[day, 'day'], ...FIGURES], group: [day], order: [day] });
  }

  /** The figures of each practitioner who has an invoice. */
  revenueByPractitioner(range) {
    const [id, name] = [col('appointment.practitioner.id'), col('appointment.practitioner.name')];
    const attributes = [[id, 'id'], [name, 'name'], ...FIGURES];
    return this.#revenue(range, { attributes, group: [id, name], order: [id] });
  }

  #revenue({ from, until, practitionerId }, query) {
    const practitioner = { association: 'practitioner', attributes: [] };
    return this.invoices.findAll({
      ...query,
      include: {
        association: 'appointment',
        attributes: [],
        required: true,
        where: practitionerId ? { practitionerId } : {},
        include: practitioner,
      },
      where: { issuedAt: { [Op.gte]: from, [Op.lt]: until } },
      raw: true,
      transaction: this.transaction,
    });
  }

  /** For every practitioner, the booked seconds between two moments and the number of appointments that have some. */
  utilisation({ from, to }) {
    return this.practitioners.findAll({
      attributes: [
        'id',
        'name',
        [total(this.#secondsWithin(from, to)), 'bookedSeconds'],
        [fn('COUNT', col('appointments.id')), 'appointments'],
      ],
      include: {
        association: 'appointments',
        attributes: [],
        required: false,
        where: { status: { [Op.ne]: 'cancelled' }, startsAt: { [Op.lt]: to }, endsAt: { [Op.gt]: from } },
      },
      group: [col('Practitioner.id'), col('Practitioner.name')],
      order: ['id'],
      raw: true,
      transaction: this.transaction,
    });
  }

  /** The seconds of an appointment from the later of the starts until the earlier of the ends. */
  #secondsWithin(from, to) {
    const [starts, ends] = ['appointments.starts_at', 'appointments.ends_at'].map(this.secondsOf);
    const [first, last] = [from, to].map((date) => date.getTime() / 1000);
    // Written so that a practitioner without appointments, whose columns are null, comes to null and not to the window.
    return literal(
      `CASE WHEN ${ends} > ${last} THEN ${last} ELSE ${ends} END` +
        ` - CASE WHEN ${starts} < ${first} THEN ${first} ELSE ${starts} END`,
    );
  }
}

/** A sum that stays an integer, 0 over nothing. */
function total(expression) {
  return cast(fn('COALESCE', fn('SUM', expression), 0), 'BIGINT');
}
